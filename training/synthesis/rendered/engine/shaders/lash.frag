#version 330
#include common.glsl
#include surface.glsl
// The model's strips along the lids, cut into tapering lashes: long on the upper lid, a trace on the lower.
uniform vec3 eye_centre;
uniform vec3 lash_colour;
uniform float lash_length;  // dm, of the upper lid's longest

const float CORNER_RADIUS = 0.150, MIDDLE_RADIUS = 0.174;  // of the lid's rim from the eye's centre, dm
const float HAIRS_PER_RADIAN = 17.0;

void main() {
    vec3 from_eye = vec3(abs(template_at.x), template_at.yz) - eye_centre;
    float angle = atan(from_eye.y, from_eye.x);
    float along = length(from_eye) - mix(CORNER_RADIUS, MIDDLE_RADIUS, max(sin(angle), 0.0));
    float outer = clamp(from_eye.x / 0.16, -1.0, 1.0);
    float hair = abs(fract(angle * HAIRS_PER_RADIAN) - 0.5) * 2.0;
    bool upper = from_eye.y > 0.0;
    float reach = lash_length * (upper ? 0.75 + 0.35 * outer : 0.22);
    if (along > reach * (1.0 - 0.55 * hair)) discard;
    Surface s;
    s.albedo = lash_colour;
    s.normal = normalize(surface_normal);
    s.roughness = 0.6;
    s.shine = 0.0;
    s.scatter = 0.0;
    s.occlusion = 1.0;
    write(s);
}

#version 330
#include common.glsl
#include surface.glsl
uniform vec3 iris_colour;
uniform float pupil_radius;
uniform vec3 eye_centre;  // canonical, of the left eye
uniform float sclera_redness;

Surface eye_surface(vec3 n) {
    vec3 centre = vec3(sign(on_side) * eye_centre.x, eye_centre.yz);
    vec3 d = normalize(template_at - centre);
    float r = acos(clamp(d.z, -1.0, 1.0)), a = atan(d.y, d.x);
    const float iris = 0.455;
    vec3 sclera = mix(vec3(0.70, 0.665, 0.64), vec3(0.60, 0.40, 0.36), sclera_redness * smoothstep(0.55, 1.15, r));
    float q = r / iris;
    float fibres = value_noise(vec3(cos(a) * 9.0, sin(a) * 9.0, q * 1.5)) * 0.6
                 + value_noise(vec3(cos(a) * 24.0, sin(a) * 24.0, q * 2.5)) * 0.4;
    vec3 stroma = iris_colour * (0.55 + 0.95 * fibres) * mix(1.25, 0.85, q);
    stroma += iris_colour * vec3(0.9, 0.6, 0.25) * exp(-pow((q - 0.55) / 0.16, 2.0)) * 0.45;
    stroma *= 1.0 - 0.75 * smoothstep(0.80, 1.0, q);
    stroma *= 1.0 + 0.55 * smoothstep(0.1, 0.9, q) * max(dot(normalize(d.xy + 1e-4), -normalize(key_direction.xy)), 0.0);
    Surface s;
    s.albedo = mix(stroma, sclera, smoothstep(iris - 0.025, iris + 0.035, r));
    s.albedo = mix(vec3(0.004), s.albedo, smoothstep(pupil_radius - 0.02, pupil_radius + 0.02, r));
    s.normal = n;
    s.roughness = 0.10;
    s.shine = 1.0;
    s.scatter = 0.0;
    s.occlusion = mix(0.72, 1.0, smoothstep(0.10, -0.02, template_at.y - eye_centre.y));
    return s;
}

// The room as a wet surface mirrors it: a window with a cross bar, and the sky.
vec3 mirrored_room(vec3 r) {
    vec3 side = normalize(cross(vec3(0, 1, 0), key_direction));
    vec3 up = cross(key_direction, side);
    vec2 p = vec2(dot(r, side), dot(r, up)) / max(dot(r, key_direction), 1e-3);
    float pane = (1.0 - smoothstep(0.30, 0.36, abs(p.x))) * (1.0 - smoothstep(0.40, 0.46, abs(p.y)));
    pane *= smoothstep(0.012, 0.03, abs(p.x)) * step(0.0, dot(r, key_direction));
    return key_colour * pane * 3.0 + sky_radiance(r) * 0.25;
}

// The cornea bulges more than the eyeball, so that it mirrors the window nearer to the pupil.
vec3 cornea(vec3 n) {
    vec3 sideways = n - vec3(0.0, 0.0, n.z);
    return normalize(n + sideways * 0.55 * smoothstep(0.55, 0.35, length(sideways)));
}

void main() {
    Surface s = eye_surface(normalize(surface_normal));
    write(s);
    vec3 v = normalize(camera_position - at);
    float lit = mix(0.35, 1.0, smoothstep(0.05, 0.35, sky.a));
    out_specular = vec4(mirrored_room(reflect(-v, cornea(s.normal))) * 0.16 * lit, 1.0);
}

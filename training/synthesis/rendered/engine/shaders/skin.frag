#version 330
#include common.glsl
#include surface.glsl
uniform sampler2D skin_albedo;   // rgb linear, a = roughness
uniform sampler2D skin_detail;   // height (dm), nose lines, hair over skin, shine
uniform sampler2D skin_wrinkle;  // heights of forehead, glabella, cheek folds, eye corners
uniform vec4 wrinkle_weight;
uniform float nose_weight;
uniform vec4 uv_window;          // u0, v0, width, height
uniform vec3 bare_skin;
uniform vec3 hair_colour;
uniform vec3 brow_colour;

Surface skin_surface(vec3 n) {
    vec2 w = (texture_at - uv_window.xy) / uv_window.zw;
    bool inside = w.x > 0.0 && w.x < 1.0 && w.y > 0.0 && w.y < 1.0;
    vec4 colour = texture(skin_albedo, w);
    vec4 detail = texture(skin_detail, w);
    vec4 wrinkle = texture(skin_wrinkle, w) * wrinkle_weight;
    if (!inside) { colour = vec4(bare_skin, 0.5); detail = vec4(0.0, 0.0, 0.0, 1.0); wrinkle = vec4(0.0); }
    float fold = dot(wrinkle, vec4(1.0)) + detail.g * nose_weight;
    Surface s;
    s.normal = bumped(n, detail.r - fold * 0.018);
    s.albedo = colour.rgb * (1.0 - 0.28 * clamp(fold, 0.0, 1.0) * vec3(0.8, 1.0, 1.0));
    bool brow = template_at.z > 0.9 && template_at.y < 7.62;
    s.albedo = mix(s.albedo, brow ? brow_colour : hair_colour * 0.9, detail.b);
    s.roughness = colour.a;
    s.shine = detail.a * (1.0 - 0.8 * detail.b);
    s.scatter = 1.0 - 0.8 * detail.b;
    s.occlusion = 1.0 - 0.30 * clamp(fold, 0.0, 1.0);
    float cavity = smoothstep(0.3, 0.8, inside_mouth);
    s.albedo = mix(s.albedo, vec3(0.24, 0.055, 0.05), cavity);
    s.occlusion *= mix(1.0, 0.55, cavity);
    return s;
}

void main() { write(skin_surface(normalize(surface_normal))); }

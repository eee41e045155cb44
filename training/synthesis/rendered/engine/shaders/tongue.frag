#version 330
#include common.glsl
#include surface.glsl
Surface tongue_surface(vec3 n) {
    Surface s;
    s.albedo = vec3(0.50, 0.19, 0.17) * (0.85 + 0.3 * value_noise(template_at * 40.0));
    s.normal = bumped(n, 0.002 * value_noise(template_at * 60.0));
    s.roughness = 0.35;
    s.shine = 0.8;
    s.scatter = 0.8;
    s.occlusion = smoothstep(0.8, 1.42, template_at.z) * 0.8;
    return s;
}

void main() { write(tongue_surface(normalize(surface_normal))); }

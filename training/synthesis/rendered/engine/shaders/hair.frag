#version 330
#include common.glsl
in vec3 at;
in vec3 along;
in vec4 strand;
in vec4 sky;
in float key;
layout(location = 0) out vec4 out_irradiance;
layout(location = 1) out vec4 out_albedo;
layout(location = 2) out vec4 out_specular;
uniform vec3 strand_colour;
uniform float gloss;
uniform float root_shadow;

// Kajiya and Kay (1989) with the two shifted highlights of Marschner (2003).
float lobe(vec3 t, vec3 h, float power) {
    float c = dot(t, h);
    return pow(max(1.0 - c * c, 0.0), power * 0.5);
}

void main() {
    vec3 t = normalize(along);
    vec3 v = normalize(camera_position - at);
    float shade = strand.z, up = strand.w;
    float cosine = dot(t, key_direction);
    float depth = mix(root_shadow, 1.0, smoothstep(0.0, 0.35, up)) * mix(0.72, 1.12, shade);
    vec3 light = key_colour * key * sqrt(max(1.0 - cosine * cosine, 0.0)) * 0.75 + sky.rgb;
    out_irradiance = vec4(light * depth, 0.0);
    out_albedo = vec4(strand_colour * mix(0.75, 1.25, shade), 1.0);
    vec3 h = normalize(key_direction + v);
    vec3 across = normalize(cross(t, v));
    vec3 out_from = cross(across, t);
    float first = lobe(normalize(t + out_from * (-0.10 + 0.12 * shade)), h, 90.0);
    float second = lobe(normalize(t + out_from * (0.18 + 0.15 * shade)), h, 24.0);
    vec3 shine = key_colour * key * (first * 0.05 * (0.4 + shade) + second * strand_colour * 0.55);
    shine += sky.rgb * 0.012;
    out_specular = vec4(shine * gloss * depth, 1.0);
}

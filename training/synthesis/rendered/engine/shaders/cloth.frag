#version 330
#include common.glsl
#include surface.glsl
uniform vec3 cloth_colour;
uniform float neckline_front;  // canonical height of the collar's rim at the throat and at the nape, dm
uniform float neckline_back;

float below_rim() {
    float front = smoothstep(-0.3, 1.0, template_at.z);
    return mix(neckline_back, neckline_front, front) + 0.22 * abs(template_at.x) * front - template_at.y;
}

void main() {
    float depth = below_rim();
    if (depth < 0.0) discard;
    vec3 n = normalize(surface_normal);
    float collar = 1.0 - smoothstep(0.15, 0.165, depth);
    float angle = atan(template_at.x, template_at.z);
    float ribs = mix(sin(template_at.x * 150.0) * 0.25, sin(angle * 110.0), collar);
    float weave = value_noise(template_at * vec3(90.0, 45.0, 90.0));
    float seam = exp(-pow((depth - 0.158) / 0.012, 2.0));
    float wrap = dot(n, key_direction) * 0.8 + 0.2;
    vec3 light = key_colour * max(wrap, 0.0) * key + sky.rgb + fill_colour * max(dot(n, fill_direction), 0.0) * sky.a;
    vec3 v = normalize(camera_position - at);
    float sheen = pow(clamp(1.0 - dot(n, v), 0.0, 1.0), 3.0);
    float shade = (0.90 + 0.06 * ribs + 0.10 * (weave - 0.5)) * (1.0 - 0.35 * seam);
    out_irradiance = vec4(light, 0.0);
    out_albedo = vec4(cloth_colour * shade * (1.0 + 0.5 * sheen), 1.0);
    out_specular = vec4(0.0, 0.0, 0.0, 1.0);
}

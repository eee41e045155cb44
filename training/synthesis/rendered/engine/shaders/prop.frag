#version 330
#include common.glsl
in vec3 at;
in vec3 surface_normal;
in float opened;
in float key;
layout(location = 0) out vec4 out_irradiance;
layout(location = 1) out vec4 out_albedo;
layout(location = 2) out vec4 out_specular;
uniform vec3 prop_colour;
uniform float prop_roughness;
uniform float prop_shine;
uniform float prop_scatter;   // how much light scatters below the surface (skin)
uniform float prop_pleats;    // depth of the pleats of a surgical mask
uniform float prop_mottle;    // how uneven the colour is
uniform float prop_opacity;   // below 1 only some of the pixels are drawn: a screen door

void main() {
    if (prop_opacity < 1.0) {
        // Interleaved gradient noise (Jimenez 2014): no pattern survives the reduction to the finished size.
        float rank = fract(52.9829189 * fract(dot(floor(gl_FragCoord.xy), vec2(0.06711056, 0.00583715))));
        if (rank > prop_opacity) discard;
    }
    vec3 v = normalize(camera_position - at);
    vec3 n = normalize(surface_normal);
    if (dot(n, v) < 0.0) n = -n;
    n = normalize(n + vec3(0.0, prop_pleats * cos(at.y * 42.0), 0.0));
    vec3 light = key_colour * max(dot(n, key_direction) * 0.9 + 0.1, 0.0) * key + sky_radiance(n) * opened;
    light += fill_colour * max(dot(n, fill_direction) * 0.7 + 0.3, 0.0) * opened;
    float fold = 1.0 - prop_pleats * 0.5 * smoothstep(0.6, 1.0, sin(at.y * 42.0));
    float mottle = 1.0 + prop_mottle * (value_noise(at * 14.0) + 0.6 * value_noise(at * 45.0) - 0.8);
    out_irradiance = vec4(light * fold, prop_scatter);
    out_albedo = vec4(prop_colour * mottle, 1.0);
    vec3 shine = key_colour * key * ggx(n, v, key_direction, prop_roughness);
    shine += sky_radiance(reflect(-v, n)) * (0.04 + 0.5 * pow(clamp(1.0 - dot(n, v), 0.0, 1.0), 5.0)) * opened;
    out_specular = vec4(shine * prop_shine, 1.0);
}

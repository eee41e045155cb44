// What every solid material shares: inputs, the G-buffer, and how light falls on it.
in vec3 at;
in vec3 surface_normal;
in vec3 template_at;
in vec2 texture_at;
in float inside_mouth;
in vec4 sky;
in float key;
in float on_side;
layout(location = 0) out vec4 out_irradiance;  // rgb diffuse light, a = how much it scatters below the surface
layout(location = 1) out vec4 out_albedo;      // rgb, a = covered
layout(location = 2) out vec4 out_specular;    // rgb


struct Surface {
    vec3 albedo;
    vec3 normal;
    float roughness;
    float shine;
    float scatter;
    float occlusion;
};

// Bump mapping of an unparametrised surface, Mikkelsen (2010).
vec3 bumped(vec3 n, float height) {
    vec3 sx = dFdx(at), sy = dFdy(at);
    vec3 r1 = cross(sy, n), r2 = cross(n, sx);
    float det = dot(sx, r1);
    vec3 gradient = sign(det) * (dFdx(height) * r1 + dFdy(height) * r2);
    vec3 tilted = abs(det) * n - gradient;
    return dot(tilted, tilted) > 0.0 ? normalize(tilted) : n;
}

// Writes the G-buffer: diffuse light apart from colour, so that it can scatter below the skin.
void write(Surface s) {
    vec3 v = normalize(camera_position - at);
    float turned = dot(s.normal, key_direction);
    vec3 light = key_colour * max(turned, 0.0) * key + sky.rgb;
    light += fill_colour * max(dot(s.normal, fill_direction) * 0.7 + 0.3, 0.0) * sky.a;
    out_irradiance = vec4(light * s.occlusion, s.scatter);
    out_albedo = vec4(s.albedo, 1.0);
    float open = sky.a * s.occlusion;
    vec3 shine = key_colour * key * (0.75 * ggx(s.normal, v, key_direction, s.roughness)
                                     + 0.25 * ggx(s.normal, v, key_direction, s.roughness * 0.6));
    shine += fill_colour * open * ggx(s.normal, v, fill_direction, s.roughness);
    float rim = 0.04 + 0.5 * pow(clamp(1.0 - dot(s.normal, v), 0.0, 1.0), 5.0);
    shine += sky_radiance(reflect(-v, s.normal)) * rim * open * 0.45;
    out_specular = vec4(shine * s.shine, 1.0);
}

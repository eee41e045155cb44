#version 330
#include common.glsl
#include surface.glsl
// Teeth stand along an arch: front ones wider than side ones, each a little rounded.
Surface teeth_surface(vec3 n, bool upper) {
    float along = atan(abs(template_at.x), template_at.z - 1.02) * (upper ? 5.6 : 7.2);
    float tooth = abs(fract(along) - 0.5) * 2.0;
    float gap = smoothstep(0.86, 1.0, tooth);
    float rim = upper ? 6.775 : 6.50;
    float scallop = 0.012 * tooth * tooth;
    float gum = upper ? smoothstep(rim - 0.006, rim + 0.006, template_at.y + scallop)
                      : smoothstep(rim + 0.006, rim - 0.006, template_at.y - scallop);
    Surface s;
    vec3 enamel = vec3(0.93, 0.90, 0.84) * (1.0 - 0.35 * gap);
    s.albedo = mix(enamel, vec3(0.52, 0.20, 0.18), gum);
    s.normal = n;
    s.roughness = 0.28;
    s.shine = 0.8;
    s.scatter = 0.6;
    s.occlusion = smoothstep(0.95, 1.40, template_at.z) * (upper ? 3.2 : 2.2);
    return s;
}

void main() { write(teeth_surface(normalize(surface_normal), inside_mouth > 0.5)); }

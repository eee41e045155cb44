#version 330
#include common.glsl
in vec3 position;
in vec3 tangent;
in vec3 outward;
in vec4 look;  // side (-1 or 1), half width (dm), shade (0 to 1), height along the strand (0 root to 1 tip)
uniform mat4 model;
uniform mat4 view_projection;
out vec3 at;
out vec3 along;
out vec4 strand;
out vec4 sky;
out float key;
void main() {
    vec3 p = (model * vec4(position, 1.0)).xyz;
    along = mat3(model) * tangent;
    vec3 n = normalize(mat3(model) * outward);
    vec3 side = normalize(cross(along, camera_position - p));
    at = p + side * look.x * look.y;
    strand = look;
    sky = vec4(sky_radiance(n), 1.0);
    key = smoothstep(-0.35, 0.45, dot(n, key_direction));
    gl_Position = view_projection * vec4(at, 1.0);
}

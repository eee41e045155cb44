#version 330
in vec3 position;
in vec3 normal;
in float open;
in float key_seen;
uniform mat4 view_projection;
out vec3 at;
out vec3 surface_normal;
out float opened;
out float key;
void main() {
    at = position;
    surface_normal = normal;
    opened = open;
    key = key_seen;
    gl_Position = view_projection * vec4(position, 1.0);
}

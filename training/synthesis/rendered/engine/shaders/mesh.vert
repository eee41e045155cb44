#version 330
in vec3 position;
in vec3 normal;
in vec3 canonical;
in vec2 uv;
in float mouth;
in float side;    // +1 on the person's left, -1 on the right
in vec4 sky_open; // rgb light of the sky, a = how open the place is
in float key_seen;
uniform mat4 view_projection;
out vec3 at;
out vec3 surface_normal;
out vec3 template_at;
out vec2 texture_at;
out float inside_mouth;
out float on_side;
out vec4 sky;
out float key;
void main() {
    at = position;
    surface_normal = normal;
    template_at = canonical;
    texture_at = uv;
    inside_mouth = mouth;
    on_side = side;
    sky = sky_open;
    key = key_seen;
    gl_Position = view_projection * vec4(position, 1.0);
}

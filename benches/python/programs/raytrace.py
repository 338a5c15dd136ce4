"""A small ray tracer: vectors as objects, many short methods."""
import sys
from math import sqrt


class Vector:
    def __init__(self, x, y, z):
        self.x, self.y, self.z = x, y, z

    def dot(self, other):
        return self.x * other.x + self.y * other.y + self.z * other.z

    def scale(self, factor):
        return Vector(self.x * factor, self.y * factor, self.z * factor)

    def __add__(self, other):
        return Vector(self.x + other.x, self.y + other.y, self.z + other.z)

    def __sub__(self, other):
        return Vector(self.x - other.x, self.y - other.y, self.z - other.z)

    def magnitude(self):
        return sqrt(self.dot(self))

    def normalized(self):
        return self.scale(1.0 / self.magnitude())

    def reflect(self, normal):
        return self - normal.scale(2.0 * self.dot(normal))


class Ray:
    def __init__(self, origin, direction):
        self.origin = origin
        self.direction = direction.normalized()

    def at(self, t):
        return self.origin + self.direction.scale(t)


class Sphere:
    def __init__(self, centre, radius, color):
        self.centre = centre
        self.radius = radius
        self.color = color

    def intersect(self, ray):
        to_centre = self.centre - ray.origin
        along = to_centre.dot(ray.direction)
        inside = self.radius * self.radius - (to_centre.dot(to_centre) - along * along)
        if inside < 0:
            return None
        return along - sqrt(inside)

    def normal(self, point):
        return (point - self.centre).normalized()


class Plane:
    def __init__(self, point, normal, color):
        self.point = point
        self.direction = normal.normalized()
        self.color = color

    def intersect(self, ray):
        slope = ray.direction.dot(self.direction)
        if abs(slope) < 1e-9:
            return None
        return (self.point - ray.origin).dot(self.direction) / slope

    def normal(self, point):
        return self.direction


class Scene:
    def __init__(self):
        self.things = []
        self.lights = []

    def hit(self, ray):
        best = None
        for thing in self.things:
            t = thing.intersect(ray)
            if t is not None and t > 1e-6 and (best is None or t < best[0]):
                best = (t, thing)
        return best

    def is_lit(self, point, light):
        direction = light - point
        distance = direction.magnitude()
        for thing in self.things:
            t = thing.intersect(Ray(point, direction))
            if t is not None and 1e-6 < t < distance:
                return False
        return True

    def trace(self, ray, depth):
        found = self.hit(ray)
        if found is None:
            return 0.1, 0.1, 0.2
        t, thing = found
        point = ray.at(t)
        normal = thing.normal(point)
        brightness = 0.15
        for light in self.lights:
            if self.is_lit(point, light):
                brightness += max(0.0, (light - point).normalized().dot(normal)) * 0.6
        r, g, b = (channel * brightness for channel in thing.color)
        if depth > 0:
            bounced = self.trace(Ray(point, ray.direction.reflect(normal)), depth - 1)
            r, g, b = r * 0.8 + bounced[0] * 0.2, g * 0.8 + bounced[1] * 0.2, b * 0.8 + bounced[2] * 0.2
        return r, g, b


def render(width, height):
    scene = Scene()
    scene.lights.append(Vector(30.0, 30.0, 10.0))
    scene.lights.append(Vector(-10.0, 100.0, 30.0))
    scene.things.append(Sphere(Vector(1.0, 3.0, -10.0), 1.0, (1.0, 1.0, 0.0)))
    for y in range(6):
        scene.things.append(Sphere(Vector(-3.0 - y * 0.4, 2.3, -5.0 + y * 0.4), 0.4, (y / 6.0, 1 - y / 6.0, 0.5)))
    scene.things.append(Plane(Vector(0.0, 0.0, 0.0), Vector(0.0, 1.0, 0.0), (0.9, 0.9, 0.9)))
    eye = Vector(0.0, 1.8, 10.0)
    total = 0.0
    for py in range(height):
        for px in range(width):
            direction = Vector((px - width / 2) / width, (height / 2 - py) / width, -1.0)
            color = scene.trace(Ray(eye, direction), 2)
            total += sum(min(255, int(c * 255)) for c in color)
    return total


def main(n):
    print(render(n, n))


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 160)

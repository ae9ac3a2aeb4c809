package images_test

import (
	"testing"

	"topicls/index/deploy/images"
)

func TestFor(t *testing.T) {
	for _, c := range []struct {
		dockerfile string
		family     string // "" for none
		other      bool
	}{
		{"FROM --platform=linux/amd64 python:3.12\n", "python", true},
		{"FROM ghcr.io/astral-sh/uv:0.5\n", "python", true},
		{"FROM example/uvula\n", "", false},
		{"FROM example/base\nCMD [\"java\", \"-jar\", \"app.jar\"]\n", "jvm", true},
		{"FROM example/build\nRUN go build ./...\n", "go", true},
		{"FROM node:22\n", "ecma", true},
		{"FROM alpine\nENTRYPOINT npm start\n", "ecma", true},
		{"FROM mcr.microsoft.com/dotnet/aspnet:8.0\n", "dotnet", true},
		{"FROM docker.io/library/nginx:1\n", "", true},
		{"FROM example/nginx-and-more\n", "", false},
		{"FROM scratch\n", "", false},
	} {
		for _, f := range []string{"python", "jvm", "go", "ecma", "dotnet"} {
			if got := images.For(f, []byte(c.dockerfile)); got != (f == c.family) {
				t.Errorf("%q for %s: %v", c.dockerfile, f, got)
			}
		}
		if got := images.ForAny([]byte(c.dockerfile)); got != c.other {
			t.Errorf("%q for any: %v", c.dockerfile, got)
		}
	}
}

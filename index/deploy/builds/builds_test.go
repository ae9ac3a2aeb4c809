package builds_test

import (
	"fmt"
	"strings"
	"testing"

	"topicls/index/deploy/builds"
)

func TestFind(t *testing.T) {
	for _, c := range []struct{ name, file, text, want string }{
		{"command", "build.sh", "docker build -t acme/shop:1.2 ./shop\n", "acme/shop shop"},
		{"flags", "build.sh", "docker buildx build --platform linux/amd64 --push -t $REGISTRY/acme/shop:$TAG -f docker/Dockerfile.shop --build-arg A=1 .", "acme/shop . docker/Dockerfile.shop"},
		{"more tags", "Makefile", "image:\n\tdocker build --tag=shop:latest --tag shop:$(VERSION) shop", "shop shop|shop shop"},
		{"over lines", "build.sh", "docker build \\\n  -t registry.example.com:5000/shop \\\n  shop\n", "shop shop"},
		{"in a folder", "build.sh", "cd services/shop && docker build . -t shop", "shop services/shop"},
		{"PowerShell", "build.ps1", "docker build -f .\\Dockerfile `\n  -t acme/shop:v1 ..\r\n", "acme/shop .. ./Dockerfile"},
		{"Windows", "build.cmd", "docker build -t acme/shop ^\r\n  services\\shop\r\n", "acme/shop services/shop"},
		{"podman", "build.sh", "podman build -t mail -f Containerfile mail", "mail mail Containerfile"},
		{"name unknown", "build.sh", "docker build -t $IMAGE shop", ""},
		{"folder unknown", "build.sh", "docker build -t shop $DIR", ""},
		{"remote", "build.sh", "docker build -t shop https://example.com/shop.git", ""},
		{"no build", "build.sh", "docker run -t shop ./shop\n# docker builds are slow -t x y", ""},
		{"skaffold", "skaffold.yaml", "build:\n  artifacts:\n    - image: acme/shop\n      context: src/shop\n    - image: mail\n      context: src/mail\n      docker: {dockerfile: build/Dockerfile}\n", "acme/shop src/shop|mail src/mail build/Dockerfile"},
		{"tilt", "Tiltfile", "docker_build('shop', './shop', dockerfile='shop.Dockerfile')\n", "shop shop shop.Dockerfile"},
		{"action", ".github/workflows/ci.yml", "jobs:\n  b:\n    strategy:\n      matrix:\n        service: [shop, mail]\n    steps:\n      - uses: docker/build-push-action@v6\n        with:\n          context: ./src/${{ matrix.service }}\n          tags: ghcr.io/acme/${{ matrix.service }}:latest\n", "acme/shop src/shop|acme/mail src/mail"},
		{"include", ".github/workflows/ci.yml", "jobs:\n  b:\n    strategy:\n      matrix:\n        include:\n          - {image: acme/shop, dir: s}\n          - {image: acme/mail, dir: m}\n    steps:\n      - uses: docker/build-push-action@v6\n        with: {context: '${{ matrix.dir }}', tags: '${{ matrix.image }}:1'}\n", "acme/shop s|acme/mail m"},
		{"broken", "skaffold.yaml", "build:\n  artifacts: [", ""},
	} {
		t.Run(c.name, func(t *testing.T) {
			if !builds.Matters(c.file) {
				t.Fatalf("%s does not matter", c.file)
			}
			var got []string
			for _, b := range builds.Find(c.file, []byte(c.text)) {
				got = append(got, strings.TrimSpace(fmt.Sprintf("%s %s %s", b.Image, b.Context, b.Dockerfile)))
			}
			if s := strings.Join(got, "|"); s != c.want {
				t.Errorf("got %q, want %q", s, c.want)
			}
		})
	}
}

func FuzzFind(f *testing.F) {
	f.Add("build.sh", []byte("docker build -t a/b:c -f d ."))
	f.Add("skaffold.yaml", []byte("build:\n  artifacts:\n    - image: a\n"))
	f.Add(".github/workflows/a.yml", []byte("jobs:\n  b:\n    steps:\n      - uses: docker/build-push-action@v6\n        with: {tags: a}\n"))
	f.Fuzz(func(t *testing.T, file string, data []byte) {
		for _, b := range builds.Find(file, data) {
			if b.Image == "" || b.Context == "" {
				t.Errorf("half a build: %+v", b)
			}
		}
	})
}

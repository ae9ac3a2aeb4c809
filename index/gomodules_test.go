package index

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"topicls/index/deploy"
)

func TestParseGoModule(t *testing.T) {
	got := parseGoModule("services/order", `// the order service
module "example.org/shop/order" // quoted

go 1.24

require (
	example.org/shop/common v0.0.0
)

replace example.org/shop/common => ../common
replace (
	example.org/shop/events v1.0.0 => ./events
	example.org/elsewhere => example.org/fork v1.2.3
	example.org/outside => ../../../outside
)
`)
	if got.path != "example.org/shop/order" || got.dir != "services/order" {
		t.Errorf("module %q in %q", got.path, got.dir)
	}
	want := map[string]string{"example.org/shop/common": "services/common", "example.org/shop/events": "services/order/events"}
	if diff := cmp.Diff(want, got.replaces); diff != "" {
		t.Errorf("replaces (-want +got):\n%s", diff)
	}
	for _, text := range []string{"", "module", "module (\n", "replace =>\n", "replace a =>\n", "replace (\n)\n"} {
		if m := parseGoModule(".", text); m.path != "" || len(m.replaces) > 0 {
			t.Errorf("%q: %+v", text, m)
		}
	}
}

func TestCommandMains(t *testing.T) {
	mains := []string{"cmd/api", "cmd/worker", "svc/cmd/api2"}
	s := &service{Service: &deploy.Service{Context: ".", Dockerfile: "Dockerfile", Code: []string{"."}}}
	for _, c := range []struct {
		text string
		want []string
	}{
		{`RUN CGO_ENABLED=0 go build -ldflags "-s" -o /bin/api ./cmd/api`, []string{"cmd/api"}},
		{"RUN go build -o /bin/ ./cmd/worker/main.go && go test ./...", []string{"cmd/worker"}},
		{`CMD ["go", "run", "/src/cmd/api2"]`, nil},
		{"go run ./cmd/api2", []string{"svc/cmd/api2"}},
		{"go build .", nil},
	} {
		if diff := cmp.Diff(c.want, foldersOf(goPrograms(s, deploy.Build{Text: c.text}, mains))); diff != "" {
			t.Errorf("%s (-want +got):\n%s", c.text, diff)
		}
	}
}

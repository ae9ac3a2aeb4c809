package compose

import (
	"context"
	"fmt"
	"io"
	"math/rand"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/compose-spec/compose-go/v2/dotenv"
	oracle "github.com/compose-spec/compose-go/v2/loader"
	"github.com/compose-spec/compose-go/v2/types"
	"github.com/sirupsen/logrus"

	"topicls/index/deploy"
)

// compose-go logs every unset variable; the tests don't want to read that.
func TestMain(m *testing.M) {
	logrus.SetOutput(io.Discard)
	os.Exit(m.Run())
}

// generator writes random compose projects.
type generator struct{ r *rand.Rand }

func (g generator) pick(s ...string) string { return s[g.r.Intn(len(s))] }
func (g generator) chance(n int) bool       { return g.r.Intn(n) == 0 }

var names = []string{"A", "B", "TOPIC", "GROUP", "URL"}

func (g generator) value() string {
	return g.pick(
		"orders", "a b", "${A}", "$B", "${TOPIC:-fallback}", "${NONE:-x-${A}}", "${NONE}", "${EMPTY:-e}", "${EMPTY-e}", "p-${GROUP}-s",
		"$$A", "${A:+set}", "${NONE:+set}", "x=y", "", "é", "1", "${URL:-http://${B:-h}/}",
	)
}

func (g generator) scalar() string {
	if g.chance(4) {
		return g.pick("1", "1.50", "true", "no", "0x10", "012", "1e3", "2024-01-02", "~", "1_000", ".5", "0o14", "12:30", "null", "-3", "2024-01-02T03:04:05Z", "=", "3.0")
	}
	v := g.value()
	switch g.r.Intn(3) {
	case 0:
		return `"` + strings.ReplaceAll(v, `"`, `\"`) + `"`
	case 1:
		return "'" + v + "'"
	}
	if v == "" || v == "1" {
		return "''"
	}
	return v
}

func (g generator) environment(b *strings.Builder, indent string, tags bool) {
	if g.chance(6) {
		return
	}
	tag := ""
	if tags && g.chance(8) {
		tag, tags = " !override", false // compose-go sees no !reset below
	}
	if g.chance(2) {
		fmt.Fprintf(b, "%senvironment:%s\n", indent, tag)
		if g.chance(3) {
			fmt.Fprintf(b, "%s  <<: *common\n", indent)
		}
		for _, n := range names {
			switch {
			case g.chance(2):
			case tags && g.chance(8):
				fmt.Fprintf(b, "%s  %s: !reset null\n", indent, n)
			case g.chance(8):
				fmt.Fprintf(b, "%s  %s:\n", indent, n)
			case g.chance(8):
				fmt.Fprintf(b, "%s  %s: *text\n", indent, n)
			default:
				fmt.Fprintf(b, "%s  %s: %s\n", indent, n, g.scalar())
			}
		}
		fmt.Fprintf(b, "%s  LAST: x\n", indent)
		return
	}
	fmt.Fprintf(b, "%senvironment:%s\n", indent, tag)
	for range 1 + g.r.Intn(4) {
		n := g.pick(names...)
		switch {
		case g.chance(6):
			fmt.Fprintf(b, "%s  - %s\n", indent, n)
		case g.chance(3):
			fmt.Fprintf(b, "%s  - \"%s=%s\"\n", indent, n, g.value())
		default:
			fmt.Fprintf(b, "%s  - %s=%s\n", indent, n, g.value())
		}
	}
}

const anchors = `x-common: &common
  A: from-anchor
  SHARED: "${TOPIC:-shared}"
x-text: &text "text-${A}"
x-service: &service
  image: base
  environment: {FROM_SERVICE: "${B:-b}"}
`

// file writes a compose file with some of the services.
func (g generator) file(services []string, main bool, files []string) string {
	var b strings.Builder
	b.WriteString(anchors)
	if main && g.chance(3) {
		b.WriteString("include:\n  - sub/inc.yaml\n")
		if g.chance(2) {
			b.WriteString("  - path: other.yaml\n    env_file: inc.env\n")
		}
	}
	b.WriteString("services:\n")
	for i, s := range services {
		if !main && g.chance(3) {
			continue
		}
		fmt.Fprintf(&b, "  %s:\n", s)
		if g.chance(5) {
			b.WriteString("    <<: *service\n")
		}
		if main || g.chance(2) {
			b.WriteString("    image: x\n")
		}
		if i > 0 && g.chance(4) {
			fmt.Fprintf(&b, "    extends: %s\n", services[0])
		} else if i > 0 && g.chance(4) {
			fmt.Fprintf(&b, "    extends: {file: %s, service: base}\n", g.pick("base.yaml", "sub/base.yaml"))
		}
		g.environment(&b, "    ", !main)
		if g.chance(3) {
			switch g.r.Intn(3) {
			case 0:
				fmt.Fprintf(&b, "    env_file: %s\n", g.pick(files...))
			case 1:
				fmt.Fprintf(&b, "    env_file:\n      - %s\n      - %s\n", g.pick(files...), g.pick(files...))
			default:
				fmt.Fprintf(&b, "    env_file:\n      - path: %s\n      - {path: nowhere.env, required: false}\n", g.pick(files...))
			}
		}
		b.WriteString("    hostname: h\n")
	}
	b.WriteString("  zz: {image: z}\n")
	return b.String()
}

func (g generator) dotenv() string {
	var b strings.Builder
	for range g.r.Intn(5) {
		fmt.Fprintf(&b, "%s%s%s\n", g.pick("", "export "), g.pick(names...), g.pick("=1", "=a${A}", "=\"q $B\"", "='lit $B'", "=v # c", "=", "=${NONE:-d}", ""))
	}
	b.WriteString("EMPTY=\n")
	return b.String()
}

func (g generator) project() memFS {
	files := []string{"one.env", "two.env"}
	m := memFS{
		".env":          []byte(g.dotenv()),
		"one.env":       []byte(g.dotenv()),
		"two.env":       []byte(g.dotenv()),
		"inc.env":       []byte(g.dotenv()),
		"sub/.env":      []byte(g.dotenv()),
		"sub/one.env":   []byte(g.dotenv()),
		"sub/two.env":   []byte(g.dotenv()),
		"compose.yaml":  []byte(g.file([]string{"a", "b", "c"}, true, files)),
		"base.yaml":     []byte(g.file([]string{"base"}, false, files)),
		"sub/base.yaml": []byte(g.file([]string{"first", "base"}, false, files)),
		"sub/inc.yaml":  []byte(g.file([]string{"d", "e"}, false, files)),
		"other.yaml":    []byte(g.file([]string{"f"}, false, files)),
	}
	if g.chance(2) {
		m["compose.override.yaml"] = []byte(g.file([]string{"a", "b", "c"}, false, files))
	}
	return m
}

// oracleLoad loads a project from disk with compose-go.
func oracleLoad(dir string, m memFS) (*types.Project, error) {
	for name, data := range m {
		p := filepath.Join(dir, name)
		if err := os.MkdirAll(filepath.Dir(p), 0o755); err != nil {
			return nil, err
		}
		if err := os.WriteFile(p, data, 0o600); err != nil {
			return nil, err
		}
	}
	env, err := dotenv.GetEnvFromFile(nil, []string{filepath.Join(dir, ".env")})
	if err != nil {
		return nil, err
	}
	files := []types.ConfigFile{{Filename: filepath.Join(dir, "compose.yaml")}}
	if _, ok := m["compose.override.yaml"]; ok {
		files = append(files, types.ConfigFile{Filename: filepath.Join(dir, "compose.override.yaml")})
	}
	return oracle.LoadWithContext(context.Background(), types.ConfigDetails{WorkingDir: dir, ConfigFiles: files, Environment: env},
		func(o *oracle.Options) { o.SetProjectName("p", true) }, oracle.WithProfiles([]string{"*"}))
}

// TestEqualsComposeGo compares the variables of generated projects with what
// compose-go's own loader makes of the same files on disk.
func TestEqualsComposeGo(t *testing.T) {
	rounds := 200
	if testing.Short() {
		rounds = 40
	}
	compared := 0
	reasons := map[string]int{}
	for seed := range rounds {
		m := generator{rand.New(rand.NewSource(int64(seed)))}.project()
		project, err := oracleLoad(t.TempDir(), m)
		set := deploy.FileSet{ID: "compose", Dir: ".", Files: []string{"compose.yaml"}, Default: true}
		if _, ok := m["compose.override.yaml"]; ok {
			set.Files = append(set.Files, "compose.override.yaml")
		}
		got := Load(m, set)
		if err != nil {
			msg := err.Error()
			if len(msg) > 60 {
				msg = msg[len(msg)-60:]
			}
			reasons[msg]++
			continue // compose-go refuses it
		}
		compared++
		if diff := compareEnvironments(project, got.Environment); diff != "" {
			for _, f := range []string{".env", "compose.yaml", "compose.override.yaml", "base.yaml", "sub/base.yaml", "sub/inc.yaml", "other.yaml"} {
				t.Logf("== %s\n%s", f, m[f])
			}
			t.Fatalf("seed %d: %s\nproblems %v", seed, diff, got.Problems)
		}
	}
	if compared < rounds/2 {
		t.Errorf("compose-go accepted only %d of %d projects: %v", compared, rounds, reasons)
	}
}

func compareEnvironments(project *types.Project, env deploy.Environment) string {
	if len(env.Services) != len(project.Services) {
		return fmt.Sprintf("%d services, compose-go %d", len(env.Services), len(project.Services))
	}
	for _, s := range env.Services {
		want := project.Services[s.Name].Environment
		got := map[string]deploy.Variable{}
		for _, v := range s.Vars {
			got[v.Name] = v
		}
		for name, value := range want {
			v, ok := got[name]
			if !ok {
				return fmt.Sprintf("%s: %s is missing", s.Name, name)
			}
			text := strings.ReplaceAll(v.Value, "*", "")
			if value == nil && v.Status != deploy.VarHost || value != nil && *value != text {
				w := "nil"
				if value != nil {
					w = *value
				}
				return fmt.Sprintf("%s: %s = %q (status %d), compose-go %q", s.Name, name, v.Value, v.Status, w)
			}
			delete(got, name)
		}
		for name, v := range got {
			if v.Status != deploy.VarHost { // compose-go drops what an env file passes through
				return fmt.Sprintf("%s: %s=%q is not in compose-go's", s.Name, name, v.Value)
			}
		}
	}
	return ""
}

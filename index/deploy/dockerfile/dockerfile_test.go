package dockerfile

import (
	"errors"
	"fmt"
	"sort"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"topicls/index/deploy"
	"topicls/index/deploy/dotenv"
)

// memFS is a workspace of empty files.
type memFS []string

func (m memFS) ReadFile(p string) ([]byte, error) {
	for _, f := range m {
		if f == p {
			return nil, nil
		}
	}
	return nil, errors.New("no such file")
}

func (m memFS) IsDir(p string) bool { return p == "." || len(m.List(p)) > 0 }

func (m memFS) List(dir string) []string {
	var out []string
	for _, f := range m {
		if dir == "." || strings.HasPrefix(f, dir+"/") {
			out = append(out, f)
		}
	}
	sort.Strings(out)
	return out
}

var workspace = memFS{
	"svc/main.py", "svc/util.py", "svc/requirements.txt", "svc/pkg/a.py", "svc/pkg/sub/b.py", "shared/kafka.py", "svc/with space.py",
}

// show writes an image in lines.
func show(t *deploy.Text, i Image) string {
	var b strings.Builder
	fmt.Fprintf(&b, "base %s workdir %s\n", i.Base, i.Workdir)
	for _, f := range i.Files {
		fmt.Fprintf(&b, "%s -> %s\n", f.Source, f.Target)
	}
	for _, p := range i.Built {
		fmt.Fprintf(&b, "built from %s\n", p)
	}
	for _, e := range i.Env {
		fmt.Fprintf(&b, "%s=%q", e.Name, e.Value.Pattern)
		if t.Slice(e.NamePos) != e.Name || e.Value.Default {
			fmt.Fprintf(&b, " name %q default %v", t.Slice(e.NamePos), e.Value.Default)
		}
		fmt.Fprintf(&b, " at %q\n", t.Slice(e.ValuePos))
	}
	if i.Entrypoint.Set() {
		fmt.Fprintf(&b, "entrypoint %q\n", i.Entrypoint.Words)
	}
	if i.Cmd.Set() {
		fmt.Fprintf(&b, "cmd %q\n", i.Cmd.Words)
	}
	return b.String()
}

func TestBuild(t *testing.T) {
	for _, c := range []struct {
		name, file, want string
		options          Options
	}{
		{name: "empty", want: "base  workdir /\n"},
		{name: "copy", file: "FROM python\nWORKDIR /app\nCOPY . .\nCOPY main.py start.py\nCOPY main.py util.py lib/\nCOPY main.py /app\nCOPY --chown=1:1 pkg /opt/pkg\nCOPY nothing .\nADD https://example.com/x.tar /x", want: `base python workdir /app
svc -> /app
svc/main.py -> /app/start.py
svc/main.py -> /app/lib/main.py
svc/util.py -> /app/lib/util.py
svc/main.py -> /app/main.py
svc/pkg -> /opt/pkg
`},
		{name: "globs", file: "FROM x\nCOPY *.py requirements* /app/\nCOPY p*/*.py /b/\nCOPY ./pk? /c", want: `base x workdir /
svc/main.py -> /app/main.py
svc/util.py -> /app/util.py
svc/with space.py -> /app/with space.py
svc/requirements.txt -> /app/requirements.txt
svc/pkg/a.py -> /b/a.py
svc/pkg -> /c
`},
		{name: "json and quotes", file: "FROM x\nCOPY [\"with space.py\", \"/a b/\"]\nCMD [\"python\", \"-c\", \"x\"]\nENTRYPOINT [ \"a\" ]", want: `base x workdir /
svc/with space.py -> /a b/with space.py
entrypoint ["a"]
cmd ["python" "-c" "x"]
`},
		{name: "above the context", file: "FROM x\nCOPY ../shared /s\nCOPY /main.py /m/", want: "base x workdir /\nsvc/main.py -> /m/main.py\n"},
		{name: "named context", file: "FROM x\nCOPY --from=shared . /s\n", options: Options{Named: map[string]string{"shared": "shared"}}, want: "base x workdir /\nshared -> /s\n"},
		{name: "stages", file: "FROM a AS One\nWORKDIR /w\nCOPY . /src\nENV A=1\nCMD a\nFROM one AS two\nENTRYPOINT [\"e\"]\nFROM b\nCOPY --from=one /src/pkg /p\nCOPY --from=0 /src/main.py /bin/\nCOPY --from=TWO / /all\nCOPY --from=9 /x /y", want: `base b workdir /
svc/pkg -> /p
svc/main.py -> /bin/main.py
svc -> /all/src
`},
		{name: "built", file: "FROM a AS lib\nCOPY pkg /src/pkg\nFROM a AS build\nCOPY main.py /src/\nCOPY --from=lib /src/out.so /src/\nFROM b\nCOPY util.py /app/\nCOPY --from=build /src/dist /app/dist\n", want: `base b workdir /
svc/util.py -> /app/util.py
built from svc/main.py
built from svc/pkg
`},
		{name: "target", options: Options{Target: "two"}, file: "FROM a AS one\nCMD a\nENV A=1\nFROM one AS two\nENTRYPOINT [\"e\"]\nFROM b", want: "base a workdir /\nA=\"1\" at \"1\"\nentrypoint [\"e\"]\n"},
		{name: "env", file: "FROM x\nENV A=a B=\"b c\" C='$A' D=e\\ f\nENV E ${A}-$B\nENV F=${A:-x} G=${N:-x} H=${A:+y} I=\\$A J=\"\\$A $A\"\nENV K=$UNKNOWN/bin L=${A#a}\n", want: `base x workdir /
A="a" at "a"
B="b c" at "b c"
C="$A" at "$A"
D="e f" at "e\\ f"
E="a-b c" at "${A}-$B"
F="a" at "${A:-x}"
G="x" name "G" default true at "${N:-x}"
H="y" at "${A:+y}"
I="$A" at "\\$A"
J="$A a" at "\\$A $A"
K="*/bin" at "$UNKNOWN/bin"
L="*" at "${A#a}"
`},
		{name: "args", options: Options{Args: map[string]dotenv.Value{"GIVEN": dotenv.Known("given")}}, file: "ARG BASE=python\nARG SEEN=global\nFROM $BASE:3\nARG GIVEN=default\nARG OWN=own\nARG SEEN\nARG NONE\nENV A=$GIVEN B=$OWN C=$SEEN D=$NONE E=$BASE\n", want: `base python:3 workdir /
A="given" at "$GIVEN"
B="own" name "B" default true at "$OWN"
C="global" name "C" default true at "$SEEN"
D="*" at "$NONE"
E="*" at "$BASE"
`},
		{name: "continuation", file: "# escape=`\nFROM x\r\nENV A=1 `\r\n  # comment\r\n\r\n  B=2\r\nCMD python `\n main.py", want: "base x workdir /\nA=\"1\" at \"1\"\nB=\"2\" at \"2\"\ncmd [\"/bin/sh\" \"-c\" \"python  main.py\"]\n"},
		{name: "heredocs", file: "FROM x\nRUN <<EOF\nENV A=1\nEOF\nCOPY <<-\"X\" /a\n\tENV B=1\n\tX\nENV C=1\nRUN <<OPEN\nENV D=1\n", want: "base x workdir /\nC=\"1\" at \"1\"\nD=\"1\" at \"1\"\n"},
		{name: "workdir", file: "FROM x\nWORKDIR a\nWORKDIR b/../c\nENV D=/d\nCOPY main.py .\nWORKDIR $D\nCOPY main.py .", want: "base x workdir /d\nsvc/main.py -> /a/c/main.py\nsvc/main.py -> /d/main.py\nD=\"/d\" at \"/d\"\n"},
		{name: "lower case", file: "from x as y\ncopy . /a\ncmd run\n", want: "base x workdir /\nsvc -> /a\ncmd [\"/bin/sh\" \"-c\" \"run\"]\n"},
	} {
		t.Run(c.name, func(t *testing.T) {
			text := deploy.NewText("Dockerfile", []byte(c.file))
			c.options.FS, c.options.Context = workspace, "svc"
			if diff := cmp.Diff(c.want, show(text, Parse(text).Build(c.options))); diff != "" {
				t.Error(diff)
			}
		})
	}
}

func FuzzBuild(f *testing.F) {
	f.Add([]byte("FROM a AS b\nENV A=\"${B:-c}\" \\\n C=d\nCOPY --from=b . /x\nCMD [\"x\"]\nRUN <<E\nE\n"), "b")
	f.Fuzz(func(t *testing.T, data []byte, target string) {
		text := deploy.NewText("Dockerfile", data)
		i := Parse(text).Build(Options{FS: workspace, Context: "svc", Target: target})
		for _, e := range i.Env {
			if int(e.ValuePos.End) > len(data) || e.ValuePos.Start > e.ValuePos.End || int(e.NamePos.End) > len(data) || e.NamePos.Start > e.NamePos.End {
				t.Fatalf("%s: positions %v %v outside the file", e.Name, e.NamePos, e.ValuePos)
			}
		}
		for _, m := range i.Files {
			if strings.HasPrefix(m.Source, "..") || !strings.HasPrefix(m.Target, "/") {
				t.Fatalf("mount %v", m)
			}
		}
	})
}

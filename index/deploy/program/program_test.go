package program

import (
	"errors"
	"fmt"
	"sort"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/mattn/go-shellwords"

	"topicls/index/deploy"
)

type memFS map[string]string

func (m memFS) ReadFile(p string) ([]byte, error) {
	if data, ok := m[p]; ok {
		return []byte(data), nil
	}
	return nil, errors.New("no such file")
}

func (m memFS) IsDir(p string) bool { return p == "." || len(m.List(p)) > 0 }

func (m memFS) List(dir string) []string {
	var out []string
	for f := range m {
		if dir == "." || strings.HasPrefix(f, dir+"/") {
			out = append(out, f)
		}
	}
	sort.Strings(out)
	return out
}

var workspace = memFS{
	"svc/main.py": "", "svc/app/__init__.py": "", "svc/app/main.py": "", "svc/app/__main__.py": "", "svc/worker.py": "",
	"svc/src/inner/run.py": "", "svc/manage.py": "", "svc/tool": "#!/usr/bin/env python3\n",
	"svc/proj/__init__.py": "", "svc/proj/celery.py": "",
	"svc/start.sh":         "#!/bin/sh\n: ${MODE:=api}\nif [ -z \"$1\" ]; then\n  exec python main.py\nelif [ \"$1\" = worker ]; then exec python worker.py; fi\nexec \"$@\"\n",
	"svc/case.sh":          "case ${1:-api} in\n  api|web) exec python main.py;;\n  work*)\n    exec python worker.py ;;\n  *) echo no; exit 1 ;;\nesac\n",
	"svc/case1.sh":         "case \"$1\" in api) python main.py ;; worker) python worker.py ;; esac",
	"svc/lib.sh":           "start() {\n  python \"$SCRIPT\"\n}\n",
	"svc/sourced.sh":       "cd \"$(dirname \"$0\")\"\nSCRIPT=worker.py\n. ./lib.sh\nstart\n",
	"svc/nothing.sh":       "echo hello\n",
	"svc/loop.sh":          "until nc -z kafka 9092; do sleep 1; done\nwhile true; do python worker.py; sleep 5; done\n",
	"svc/hered.sh":         "cat > /tmp/x <<EOF\npython main.py\nEOF\npython worker.py > /dev/null 2>&1 &\nwait\n",
	"svc/unknown.sh":       "if [ \"$(uname)\" = Linux ]; then python main.py; else python worker.py; fi\n",
	"svc/and.sh":           "[ \"$MODE\" = api ] && exec python main.py\n[ \"$MODE\" = work ] || exit 1\npython worker.py\n",
	"svc/package.json":     `{"scripts": {"start": "node dist/index.js", "work": "npm run start"}}`,
	"svc/one/package.json": `{"name": "one", "scripts": {"work": "tsx src/main.ts"}}`, "svc/one/src/main.ts": "",
	"svc/supervisord.conf":   "[supervisord]\nnodaemon=true\n[include]\nfiles = conf.d/*.conf\n[program:api] ; the API\ncommand=uvicorn app.main:app\n  --port 80\n[program:off]\ncommand=python main.py\nautostart=false\n",
	"svc/conf.d/worker.conf": "[program:w]\nenvironment=SCRIPT=\"%(ENV_WHICH)s\",B=c\ndirectory=/app/app\ncommand=bash -c \"python ../$SCRIPT\"\n", "svc/supervisor.conf": "[program:w]\ncommand=/usr/local/bin/python -m app.main app/main.py\n",
	"svc/ui/home.py": "", "svc/ui/pages/1_one.py": "", "svc/ui/pages/help.md": "",
	"svc/src/index.ts": "", "svc/setup.cfg": "[options.entry_points]\nconsole_scripts =\n    tool-cmd = app.main:run\n",
}

// machine has svc at /app, its working directory.
func machine(vars map[string]string) Machine {
	return Machine{
		Tree: &Tree{FS: workspace, Mounts: []deploy.Mount{{Source: "svc", Target: "/app"}}},
		Dir:  "/app",
		Vars: func(name string) (string, bool) { v, ok := vars[name]; return v, ok },
	}
}

func TestStart(t *testing.T) {
	for _, c := range []struct {
		command string
		vars    map[string]string
		want    string // file(args) ...
	}{
		{command: "python main.py -x 1", want: "svc/main.py(-x 1)"},
		{command: "/usr/local/bin/python3.12 -u -X dev -W ignore /app/main.py", want: "svc/main.py()"},
		{command: "python -m app", want: "svc/app/__main__.py()"},
		{command: "python -mapp.main x", want: "svc/app/main.py(x)"},
		{command: "python -m inner.run", want: "svc/src/inner/run.py()"},
		{command: "python app", want: "svc/app/__main__.py()"},
		{command: "python -c 'import x'", want: "?"},
		{command: "python -c 'from app.main import run; run()'", want: "svc/app/main.py()"},
		{command: "python -c 'import sys, worker as w; from app import main'", want: "svc/worker.py() svc/app/__init__.py() svc/app/main.py()"},
		{command: "supervisord -n -c /app/supervisord.conf", vars: map[string]string{"WHICH": "worker.py"}, want: "svc/worker.py() svc/app/main.py(app.main:app --port 80)"},
		{command: "supervisord --configuration=supervisor.conf", want: "svc/app/main.py(app/main.py)"},
		{command: "streamlit run ui/home.py --server.port 1", want: "svc/ui/home.py(--server.port 1) svc/ui/pages/1_one.py()"},
		{command: "./tool a", want: "svc/tool(a)"},
		{command: "python -m gunicorn -k x.Y app.main:create()", want: "svc/app/main.py(-k x.Y app.main:create())"},
		{command: "celery -A proj worker", want: "svc/proj/celery.py(-A proj worker)"},
		{command: "celery --app=proj.celery:app worker", want: "svc/proj/celery.py(--app=proj.celery:app worker)"},
		{command: "coverage run --source=x -m app.main", want: "svc/app/main.py()"},
		{command: "timeout -s INT 30 nice -n 5 python main.py", want: "svc/main.py()"},
		{command: "tini -- python main.py", want: "svc/main.py()"},
		{command: "gosu app python main.py", want: "svc/main.py()"},
		{command: "conda run -n env python main.py", want: "svc/main.py()"},
		{command: "opentelemetry-instrument --service_name x uvicorn app.main:app", want: "svc/app/main.py(app.main:app)"},
		{command: "poetry install", want: "?"},
		{command: "env -i A=b SCRIPT=main.py sh -c 'python $SCRIPT'", want: "svc/main.py()"},
		{command: "tool-cmd a", want: "svc/app/main.py(a)"},
		{command: "unknown-tool main.py", want: "?"},
		{command: "unknown-tool -x -- python main.py", want: "svc/main.py()"},
		{command: "sh -c 'python main.py & python worker.py; wait'", want: "svc/main.py() svc/worker.py()"},
		{command: "bash -lc 'cd app && python main.py'", want: "svc/app/main.py()"},
		{command: "bash start.sh", want: "svc/main.py()"},
		{command: "bash start.sh worker", want: "svc/worker.py()"},
		{command: "./start.sh python app/main.py a", want: "svc/app/main.py(a)"},
		{command: "./case.sh", want: "svc/main.py()"},
		{command: "./case.sh worker", want: "svc/worker.py()"},
		{command: "./case.sh other", want: "svc/case.sh(other)"},
		{command: "sh case1.sh worker", want: "svc/worker.py()"},
		{command: "sh /app/sourced.sh", want: "svc/worker.py()"},
		{command: "sh nothing.sh", want: "svc/nothing.sh()"},
		{command: "sh loop.sh", want: "svc/worker.py()"},
		{command: "sh hered.sh", want: "svc/worker.py()"},
		{command: "sh unknown.sh", want: "svc/main.py() svc/worker.py()"},
		{command: "sh and.sh", vars: map[string]string{"MODE": "api"}, want: "svc/main.py()"},
		{command: "sh and.sh", vars: map[string]string{"MODE": "work"}, want: "svc/worker.py()"},
		{command: "sh and.sh", want: "svc/main.py() svc/worker.py()"},
		{command: "npm run work", want: "svc/src/index.ts()"},
		{command: "npm start", want: "svc/src/index.ts()"},
		{command: "npx concurrently -n a,b 'npm:work' 'python main.py'", want: "svc/src/index.ts() svc/main.py()"},
		{command: "yarn ts-node src/index.ts", want: "svc/src/index.ts()"},
		{command: "pnpm exec node dist/index.js", want: "svc/src/index.ts()"},
		{command: "npm run work --workspace=one", want: "svc/one/src/main.ts()"},
		{command: "npm -w one run work", want: "svc/one/src/main.ts()"},
		{command: "yarn workspace one work", want: "svc/one/src/main.ts()"},
		{command: "pnpm --filter=./one... run work", want: "svc/one/src/main.ts()"},
		{command: "yarn --cwd one work", want: "svc/one/src/main.ts()"},
		{command: "turbo run work --filter one", want: "svc/one/src/main.ts()"},
		{command: "turbo run work", want: "?"},
		{command: "npm run work -w two", want: "?"},
		{command: "python ../../etc/passwd", want: "?"},
		{command: "python manage.py runserver", want: "svc/manage.py(runserver)"},
	} {
		t.Run(c.command, func(t *testing.T) {
			var got []string
			for _, s := range machine(c.vars).Start(Words(c.command)) {
				if s.File == "" {
					got = append(got, "?")
				} else {
					got = append(got, fmt.Sprintf("%s(%s)", s.File, strings.Join(s.Args, " ")))
				}
			}
			// Other commands of a script are there without a file.
			if joined := strings.Join(got, " "); strings.Contains(joined, "/") {
				got = strings.Fields(strings.ReplaceAll(" "+joined+" ", " ? ", " "))
			}
			if diff := cmp.Diff(c.want, strings.Join(got, " ")); diff != "" {
				t.Error(diff)
			}
		})
	}
}

// TestWords compares with the splitter that compose-go uses.
func TestWords(t *testing.T) {
	for _, s := range []string{
		"", "a b", "  a  'b c' \"d e\" ", `a\ b "x\"y" 'x\y'`, "sh -c \"a && b\"", "a && b", "a; b", "a > b", "a\nb\tc", `""`, "a''b", "é 😀",
	} {
		want, err := shellwords.Parse(s)
		if err != nil {
			continue
		}
		got := Words(s)
		if len(got) == 0 && len(want) == 0 {
			continue
		}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("%q: %s", s, diff)
		}
	}
}

func TestRoots(t *testing.T) {
	tree := &Tree{FS: memFS{"svc/src/main.py": "", "shared/k.py": "", "x/y/z.py": ""}, Mounts: []deploy.Mount{
		{Source: "svc/src", Target: "/app"},
		{Source: "shared", Target: "/app/shared"},
		{Source: "x/y/z.py", Target: "/app/y/z.py"},
		{Source: "x/y", Target: "/app/renamed"},
	}}
	if diff := cmp.Diff([]string{"x", ".", "svc/src"}, tree.Roots("/app")); diff != "" {
		t.Error(diff)
	}
}

func FuzzStart(f *testing.F) {
	for _, s := range workspace {
		f.Add(s, "worker")
	}
	f.Fuzz(func(t *testing.T, script, arg string) {
		fs := memFS{"a/s.sh": script, "a/Makefile": script, "a/main.py": "", "a/package.json": script, "a/pyproject.toml": script, "a/supervisord.conf": script}
		m := Machine{Tree: &Tree{FS: fs, Mounts: []deploy.Mount{{Source: "a", Target: "/"}}, Folders: []string{"a"}}, Dir: "/"}
		for _, argv := range [][]string{{"sh", "s.sh", arg}, {"sh", "-c", script}, {"make", arg}, {"npm", "run", arg}, {"supervisord"}, {"python", "-c", script}, {arg}, Words(script)} {
			for _, s := range m.Start(argv) {
				if _, ok := fs[s.File]; !ok && s.File != "" {
					t.Fatalf("%q is no file", s.File)
				}
			}
		}
	})
}

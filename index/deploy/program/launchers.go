package program

// kind says how a program's arguments name what it runs.
type kind uint8

const (
	wraps          kind = iota + 1 // its arguments are a command: exec, poetry run
	wrapsDash                      // the command comes after `--`: wait-for-it, watchmedo
	wrapsString                    // one argument is a command line: watchfiles, nodemon --exec
	runsPython                     // python
	runsFile                       // the first argument that is a file: streamlit run, node
	loadsApp                       // an argument names a module or module:attribute: uvicorn, faust
	runsShell                      // sh
	runsScripts                    // npm run, yarn: a script of package.json
	wrapsStrings                   // each argument is a command line: concurrently
	runsSupervisor                 // supervisord: the programs of its configuration
	runsProject                    // an argument names a project of a workspace: nest start, nx serve
)

// A launcher is a program that runs another one or a file.
type launcher struct {
	kind kind
	// sub lists the subcommands after which it runs something ("run" of
	// poetry); none of them, and it runs nothing.
	sub []string
	// skip is how many arguments come before the command: the 30 of `timeout 30 x`.
	skip int
	// values lists the options that take the next argument as their value.
	values []string
	// app lists the options whose value names the program; when there are
	// none, it is an argument.
	app []string
	// dir lists the options that change the folder to load from.
	dir []string
	// variable names the environment variable to fall back to.
	variable string
	// modules are tried when nothing names one.
	modules []string
	// last drops the module's last part when it isn't a module: `mod.Class`.
	last bool
	// beside is a folder beside the file whose files are run as well.
	beside string
}

// launcherOf returns what is known about a program.
func launcherOf(name string) (launcher, bool) {
	l, ok := launchers[name]
	return l, ok
}

// Launches reports whether a program of this name is known to run another
// program or a file, so that arguments without a program can be its.
func Launches(name string) bool {
	l, ok := launchers[name]
	return ok && l.kind != wraps && l.kind != wrapsDash
}

// launchers is read only. A program that runs programs is a line here.
var launchers = map[string]launcher{
	// Shells.
	"sh": {kind: runsShell}, "bash": {kind: runsShell}, "ash": {kind: runsShell},
	"dash": {kind: runsShell}, "zsh": {kind: runsShell}, "ksh": {kind: runsShell},
	"busybox": {kind: wraps},

	// Programs that run the command in their arguments.
	"exec": {kind: wraps, values: []string{"-a"}}, "command": {kind: wraps}, "nohup": {kind: wraps},
	"time": {kind: wraps}, "builtin": {kind: wraps}, "eval": {kind: wraps}, "!": {kind: wraps},
	"nice": {kind: wraps, values: []string{"-n"}}, "ionice": {kind: wraps, values: []string{"-c", "-n"}},
	"setsid": {kind: wraps}, "unbuffer": {kind: wraps}, "catchsegv": {kind: wraps},
	"stdbuf":  {kind: wraps, values: []string{"-i", "-o", "-e"}},
	"timeout": {kind: wraps, skip: 1, values: []string{"-k", "-s"}},
	"gosu":    {kind: wraps, skip: 1}, "su-exec": {kind: wraps, skip: 1}, "setpriv": {kind: wraps},
	"sudo": {kind: wraps, values: []string{"-u", "-g"}}, "doas": {kind: wraps, values: []string{"-u"}},
	"tini": {kind: wraps, values: []string{"-p", "-e"}}, "dumb-init": {kind: wraps, values: []string{"-r"}},
	"docker-init": {kind: wraps}, "s6-setuidgid": {kind: wraps, skip: 1}, "xvfb-run": {kind: wraps, values: []string{"-n", "-s", "-e", "-f", "-p"}},
	"ddtrace-run": {kind: wraps}, "opentelemetry-instrument": {kind: wraps, values: []string{"--traces_exporter", "--metrics_exporter", "--logs_exporter", "--service_name", "--exporter_otlp_endpoint"}},
	"newrelic-admin": {kind: wraps, sub: []string{"run-program", "run-python"}},
	"scalene":        {kind: runsFile}, "memray": {kind: runsPython, sub: []string{"run"}, values: []string{"-o"}},
	"poetry": {kind: wraps, sub: []string{"run"}, values: []string{"-C", "--directory", "-P", "--project"}},
	"uv": {kind: wraps, sub: []string{"run"}, values: []string{
		"--with", "--with-requirements", "--with-editable", "-p", "--python", "--project", "--directory", "--package",
		"--env-file", "--extra", "--group", "--only-group", "--no-group", "--index", "--index-url", "--cache-dir",
	}},
	"uvx":    {kind: wraps, values: []string{"--from", "--with", "-p", "--python"}},
	"pipenv": {kind: wraps, sub: []string{"run"}}, "pdm": {kind: wraps, sub: []string{"run"}, values: []string{"-p", "--project"}},
	"rye": {kind: wraps, sub: []string{"run"}}, "hatch": {kind: wraps, sub: []string{"run"}}, "pixi": {kind: wraps, sub: []string{"run"}, values: []string{"-e", "--environment", "--manifest-path"}},
	"conda": {kind: wraps, sub: []string{"run"}, values: []string{"-n", "--name", "-p", "--prefix", "--cwd"}},
	"mamba": {kind: wraps, sub: []string{"run"}, values: []string{"-n", "--name", "-p", "--prefix"}}, "micromamba": {kind: wraps, sub: []string{"run"}, values: []string{"-n", "--name", "-p", "--prefix"}},
	"dotenv": {kind: wraps, sub: []string{"run"}, values: []string{"-f", "--file"}}, "doppler": {kind: wrapsDash}, "infisical": {kind: wrapsDash}, "chamber": {kind: wrapsDash},
	"aws-vault": {kind: wrapsDash}, "op": {kind: wrapsDash}, "watchexec": {kind: wrapsDash},
	"dockerize": {kind: wraps, values: []string{
		"-wait", "-timeout", "-template", "-stdout", "-stderr", "-wait-http-header", "-wait-retry-interval", "-env", "-env-section", "-delims",
	}},
	"watchmedo": {kind: wrapsDash}, "wait-for-it": {kind: wrapsDash}, "wait-for": {kind: wrapsDash}, "wait_for_it": {kind: wrapsDash},
	"wait-for-kafka": {kind: wrapsDash}, "entr": {kind: wraps}, "hupper": {kind: wraps, values: []string{"-w", "-x"}},
	"npx": {kind: wraps}, "bunx": {kind: wraps}, "cross-env": {kind: wraps},
	"watchfiles": {kind: wrapsString, values: []string{"--filter", "--args", "--ignore-paths", "--target-type"}},
	"nodemon":    {kind: wrapsString, values: []string{"--watch", "-w", "--ext", "-e", "--ignore", "-i", "--delay"}, app: []string{"--exec", "-x"}},

	// Python.
	"python": {kind: runsPython, values: []string{"-X", "-W", "--check-hash-based-pycs"}}, "pypy": {kind: runsPython, values: []string{"-X", "-W"}},
	"debugpy":  {kind: runsPython, values: []string{"--listen", "--connect", "--log-to", "--configure-subProcess"}},
	"coverage": {kind: runsPython, sub: []string{"run"}, values: []string{"--rcfile", "--source", "--omit", "--include", "--concurrency", "--data-file", "--context"}},
	"ipython":  {kind: runsPython}, "kernprof": {kind: runsPython, values: []string{"-o"}}, "py-spy": {kind: wrapsDash}, "viztracer": {kind: runsPython, values: []string{"-o", "--output_file"}},
	"streamlit": {kind: runsFile, sub: []string{"run"}, beside: "pages"}, "gradio": {kind: runsFile}, "chainlit": {kind: runsFile, sub: []string{"run"}},
	"panel": {kind: runsFile, sub: []string{"serve"}}, "bokeh": {kind: runsFile, sub: []string{"serve"}}, "marimo": {kind: runsFile, sub: []string{"run", "edit"}},
	"spark-submit": {kind: runsFile, values: []string{
		"--master", "--deploy-mode", "--class", "--name", "--jars", "--packages", "--exclude-packages", "--repositories", "--py-files", "--files",
		"--archives", "--conf", "-c", "--properties-file", "--driver-memory", "--driver-java-options", "--driver-library-path",
		"--driver-class-path", "--executor-memory", "--driver-cores", "--total-executor-cores", "--executor-cores", "--num-executors",
		"--principal", "--keytab", "--queue", "--proxy-user", "--supervise",
	}},
	"locust": {kind: runsFile, app: []string{"-f", "--locustfile"}},
	"flink":  {kind: runsFile, app: []string{"-py", "--python", "-pym", "--pyModule"}},

	// Python programs that load an application.
	"uvicorn":   {kind: loadsApp, dir: []string{"--app-dir"}},
	"gunicorn":  {kind: loadsApp, values: []string{"-c", "--config"}, dir: []string{"--chdir"}},
	"hypercorn": {kind: loadsApp}, "daphne": {kind: loadsApp}, "granian": {kind: loadsApp, dir: []string{"--working-dir"}},
	"uwsgi": {kind: loadsApp, app: []string{"--module", "-w", "--wsgi-file", "--file"}, dir: []string{"--chdir", "--pythonpath"}}, "waitress-serve": {kind: loadsApp},
	"fastapi":    {kind: loadsApp, sub: []string{"run", "dev"}, modules: []string{"main", "app", "api", "app.main", "app.app", "app.api"}},
	"flask":      {kind: loadsApp, app: []string{"--app", "-A"}, variable: "FLASK_APP", modules: []string{"wsgi", "app"}},
	"quart":      {kind: loadsApp, app: []string{"--app", "-A"}, variable: "QUART_APP", modules: []string{"app"}},
	"faust":      {kind: loadsApp, app: []string{"-A", "--app"}, dir: []string{"-W", "--workdir"}, variable: "FAUST_APP", last: true},
	"celery":     {kind: loadsApp, app: []string{"-A", "--app"}, dir: []string{"--workdir"}, variable: "CELERY_APP", last: true},
	"faststream": {kind: loadsApp, sub: []string{"run"}, dir: []string{"--app-dir"}},
	"dramatiq":   {kind: loadsApp, dir: []string{"-P", "--path"}}, "arq": {kind: loadsApp, last: true}, "taskiq": {kind: loadsApp, sub: []string{"worker", "scheduler"}},
	"huey_consumer": {kind: loadsApp, last: true}, "huey_consumer.py": {kind: loadsApp, last: true}, "nameko": {kind: loadsApp, sub: []string{"run"}},
	"sanic": {kind: loadsApp, last: true}, "litestar": {kind: loadsApp, app: []string{"--app"}, variable: "LITESTAR_APP", modules: []string{"app", "application", "app.main"}},
	"bytewax": {kind: loadsApp}, "bytewax.run": {kind: loadsApp}, "dagster": {kind: loadsApp, app: []string{"-f", "--python-file", "-m", "--module-name"}}, "mode": {kind: loadsApp},

	"supervisord": {kind: runsSupervisor},

	// Others.
	"node":    {kind: runsFile, values: []string{"-r", "--require", "--import", "--loader", "--env-file", "-C", "--conditions"}},
	"ts-node": {kind: runsFile, values: []string{"-r", "--require", "-P", "--project"}}, "ts-node-dev": {kind: runsFile, values: []string{"-r", "--require", "-P", "--project"}}, "tsx": {kind: runsFile, sub: []string{""}},
	"nest": {kind: runsProject, sub: []string{"start"}, values: []string{"-c", "--config", "-p", "--path", "-d", "--debug", "--exec", "-e", "--entryFile"}},
	"nx":   {kind: runsProject, sub: []string{"serve", "run", "start", "dev"}, values: []string{"--configuration", "-c"}},
	"deno": {kind: runsFile, sub: []string{"run"}}, "bun": {kind: runsFile, sub: []string{"run", ""}}, "pm2-runtime": {kind: runsFile}, "babel-node": {kind: runsFile},
	"ruby": {kind: runsFile}, "php": {kind: runsFile}, "Rscript": {kind: runsFile}, "perl": {kind: runsFile},
	"java": {kind: runsFile, values: []string{"-cp", "-classpath", "--class-path", "-p"}}, "go": {kind: runsFile, sub: []string{"run"}},
	"npm": {kind: runsScripts}, "yarn": {kind: runsScripts}, "pnpm": {kind: runsScripts}, "turbo": {kind: runsScripts}, "lerna": {kind: runsScripts},
	"concurrently": {kind: wrapsStrings, values: []string{"-n", "--names", "-c", "--prefix-colors", "-p", "--prefix", "-s", "--success", "-m", "--max-processes", "--restart-tries", "--restart-after"}},
}

package program

import (
	"strings"

	"topicls/index/deploy"
	"topicls/index/deploy/dotenv"
)

// Files of variables that a command has its program start with: `node
// --env-file=.env`, `node -r dotenv/config`, `uv run --env-file .env`, `dotenv run`.
// What the environment has already is not changed by them.

// loadFiles gives the variables of such files to the program that is started next.
func (f *finder) loadFiles(name string, args []string) {
	switch name {
	case "node", "tsx", "ts-node", "bun", "nodemon", "uv":
	case "dotenv":
		if len(args) > 0 && args[0] == "run" || len(args) > 1 && args[0] == "-f" {
			f.loadFile(".env")
		}
	default:
		return
	}
	for i, a := range args {
		next := ""
		if i+1 < len(args) {
			next = args[i+1]
		}
		option, value, given := strings.Cut(a, "=")
		if !given {
			value = next
		}
		switch option {
		case "--env-file", "--env-file-if-exists":
			f.loadFile(value)
		case "-r", "--require", "--import":
			if strings.HasPrefix(value, "dotenv/config") {
				f.loadFile(f.dotenvPath(args))
			}
		case "-f", "--file":
			if name == "dotenv" {
				f.loadFile(value)
			}
		default:
			if !strings.HasPrefix(a, "-") && name != "dotenv" { // the program; what follows is its own
				if i == 0 || !takesValue(args[i-1]) {
					return
				}
			}
		}
	}
}

// takesValue reports whether an option of these programs takes the next word.
func takesValue(word string) bool {
	switch word {
	case "-r", "--require", "--import", "--loader", "--env-file", "--env-file-if-exists", "-C", "--conditions", "--exec", "-x", "--watch", "-w", "--ext", "-e":
		return true
	}
	return word == "run" || word == "watch"
}

// dotenvPath is the file that dotenv/config reads.
func (f *finder) dotenvPath(args []string) string {
	for _, a := range args {
		if p, ok := strings.CutPrefix(a, "dotenv_config_path="); ok {
			return p
		}
	}
	if p, ok := f.vars.get("DOTENV_CONFIG_PATH"); ok && p != "" {
		return p
	}
	return ".env"
}

func (f *finder) loadFile(word string) {
	file, ok := f.file(word)
	if !ok {
		return
	}
	data, err := f.tree.FS.ReadFile(file)
	if err != nil {
		return
	}
	entries, _ := dotenv.Parse(deploy.NewText(file, data), nil, nil)
	for i := range entries {
		e := &entries[i]
		if e.Inherited || e.Err != nil || f.vars.isExported(e.Name) {
			continue
		}
		x := Exported{Value: e.Value.Text, Raw: e.Raw, File: file, Open: f.vars.exports.open}
		if e.Value.Reason != "" {
			x.Open = e.Value.Reason
		}
		f.vars.export(e.Name, x)
	}
}

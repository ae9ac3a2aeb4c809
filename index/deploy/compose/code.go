package compose

import (
	"topicls/index/deploy"
	"topicls/index/deploy/container"
	"topicls/index/deploy/dockerfile"
	"topicls/index/deploy/dotenv"
)

// recipe returns how a service is built; nil when it is not.
func (l *loader) recipe(service model) *container.Recipe {
	build, ok := service["build"].(map[string]any)
	if !ok {
		return nil
	}
	r := &container.Recipe{Target: str(build, "target"), Inline: str(build, "dockerfile_inline")}
	context, given := build["context"].(string)
	if !given {
		context = str(build, "default_context")
	}
	r.Context = context
	r.Outside = context == ""
	r.Pos, _ = build["inline_pos"].(*deploy.Pos)
	if at, ok := build["at"].(*deploy.Pos); ok {
		r.At = *at
	}
	if at, ok := build["dockerfile_at"].(*deploy.Pos); ok {
		r.FileAt = *at
	}
	if r.Inline == "" && !r.Outside {
		name := str(build, "dockerfile")
		if name == "" {
			name = "Dockerfile"
		}
		if file, ok := resolve(context, name); ok {
			r.File = container.Dockerfile(l.fs, file)
		}
	}
	r.Args = map[string]dotenv.Value{}
	for name, d := range l.entries(build["args"]) {
		v := d.value
		if !d.given {
			var ok bool
			if v, ok = l.root.lookup(name); !ok {
				continue
			}
		}
		v.Origin = append([]deploy.Step{{Pos: d.valuePos, What: "build argument " + name}}, v.Origin...)
		r.Args[name] = v
	}
	r.Named = map[string]string{}
	contexts, _ := build["contexts"].(map[string]any)
	for name, dir := range contexts {
		if s, ok := dir.(string); ok {
			r.Named[name] = s
		}
	}
	return r
}

func str(m map[string]any, key string) string {
	s, _ := m[key].(string)
	return s
}

// binds returns the workspace files and folders mounted into a service.
func binds(service model, fs deploy.FS) []deploy.Mount {
	var out []deploy.Mount
	volumes, _ := service["volumes"].([]any)
	for _, item := range volumes {
		v, _ := item.(map[string]any)
		source := str(v, "source")
		if v["bind"] != true || source == "" {
			continue
		}
		if !fs.IsDir(source) && !deploy.IsFile(fs, source) {
			continue
		}
		out = append(out, deploy.Mount{Source: source, Target: str(v, "target")})
	}
	container.SortMounts(out)
	return out
}

// code finds a service's code: where it is, and which programs it starts.
func (l *loader) code(s *deploy.Service, service model, r *container.Recipe, image *dockerfile.Image) {
	entrypoint, _ := service["entrypoint"].(*container.Command)
	command, _ := service["command"].(*container.Command)
	argv, pos := container.Argv(entrypoint, command, image)
	mounts := append(binds(service, l.fs), l.mountConfigs(s, service)...)
	container.SortMounts(mounts)
	container.Complete(l.fs, s, container.Given{
		Recipe: r, Image: image, Mounts: mounts, Workdir: str(service, "working_dir"), Argv: argv, Pos: pos,
	})
}

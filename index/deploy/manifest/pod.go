package manifest

import (
	"slices"
	"strings"

	"gopkg.in/yaml.v3"

	"topicls/index/deploy"
	"topicls/index/deploy/images"
	"topicls/index/deploy/yamldoc"
)

// workload reads the pod that an object runs.
func (r *reader) workload(n *yaml.Node, kind string) *Workload {
	template := r.get(n, podOf[kind]...)
	if template == nil {
		return &Workload{} // an Argo Rollout of another workload, or half-typed
	}
	w := &Workload{
		Labels:      r.strings(r.get(template, "metadata", "labels")),
		Annotations: r.strings(r.get(template, "metadata", "annotations")),
		Ends:        kind == "Job" || kind == "CronJob" || kind == "ScaledJob",
	}
	spec := r.get(template, "spec")
	for _, c := range items(r.get(spec, "initContainers")) {
		r.container(w, c, r.text(r.get(c, "restartPolicy")) != "Always")
	}
	for _, c := range items(r.get(spec, "containers")) {
		r.container(w, c, false)
	}
	w.Fragment = r.get(n, "spec", "selector") == nil && len(w.Containers) > 0 && !slices.ContainsFunc(w.Containers, func(c Container) bool { return c.Image != "" })
	for _, v := range items(r.get(spec, "volumes")) {
		if volume := r.volume(v); len(volume.Sources) > 0 {
			w.Volumes = append(w.Volumes, volume)
		}
	}
	return w
}

// application reads an object whose specification is that of its container.
func (r *reader) application(n *yaml.Node, kind string, name Scalar) *Workload {
	w := &Workload{Ends: kind == "Naisjob"}
	if spec := r.get(n, "spec"); spec != nil {
		r.container(w, spec, false)
	}
	for i := range w.Containers {
		c := &w.Containers[i]
		if c.Name = name; c.Image == "" || strings.ContainsAny(c.Image, "{}$") { // the pipeline that builds it fills it in
			c.Image = name.Text
		}
	}
	return w
}

func (r *reader) container(w *Workload, n *yaml.Node, init bool) {
	if yamldoc.Deref(n).Kind != yaml.MappingNode || !r.afford() {
		return
	}
	name, ok := r.scalar(r.get(n, "name"))
	if !ok {
		name.Pos = r.pos(n)
	}
	c := Container{
		Name: name, Init: init, Image: r.text(r.get(n, "image")), Workdir: r.text(r.get(n, "workingDir")),
		Command: r.texts(r.get(n, "command")), Args: r.texts(r.get(n, "args")),
	}
	c.Installed, c.Broker = images.Installed(c.Image), images.Broker(c.Image)
	for _, part := range []string{"command", "args"} {
		if at := r.get(n, part); at != nil && c.CommandPos == (deploy.Pos{}) {
			c.CommandPos = r.span(at)
		}
	}
	for _, e := range items(r.get(n, "env")) {
		r.env(&c, e)
	}
	for _, e := range items(r.get(n, "envFrom")) {
		r.envFrom(&c, e)
	}
	for _, m := range items(r.get(n, "volumeMounts")) {
		if path := r.text(r.get(m, "mountPath")); path != "" && r.afford() {
			c.Mounts = append(c.Mounts, Mount{Volume: r.text(r.get(m, "name")), Path: path, SubPath: r.text(r.get(m, "subPath"))})
		}
	}
	w.Containers = append(w.Containers, c)
}

// span is the place of a list from its first to its last element.
func (r *reader) span(n *yaml.Node) deploy.Pos {
	list := items(n)
	if len(list) == 0 {
		return r.pos(n)
	}
	first, last := r.pos(list[0]), r.pos(list[len(list)-1])
	if first.File == last.File && first.Start <= last.End {
		first.End = last.End
	}
	return first
}

func (r *reader) env(c *Container, n *yaml.Node) {
	name, ok := r.scalar(r.get(n, "name"))
	if !ok || name.Text == "" || !r.afford() {
		return
	}
	e := Env{Name: name, Value: Scalar{Place: Place{Pos: after(name.Pos)}}}
	value := r.get(n, "value")
	from := r.get(n, "valueFrom")
	switch {
	case value != nil && yamldoc.Deref(value).Kind != yaml.ScalarNode:
		r.problem(value, "the value of %s must be a text", name.Text)
		return
	case value != nil && (r.text(value) != "" || from == nil):
		e.Value, _ = r.scalar(value)
		r.checkText(value, name.Text)
	case from != nil:
		e.From = r.valueFrom(from)
	}
	c.Env = append(c.Env, e)
}

func (r *reader) valueFrom(n *yaml.Node) *From {
	pairs := r.maps.Pairs(n)
	if len(pairs) == 0 {
		return &From{Kind: "valueFrom", Name: Scalar{Place: Place{Pos: r.pos(n)}}}
	}
	p := pairs[0]
	f := &From{Kind: yamldoc.Deref(p.Key).Value, Optional: r.text(r.get(p.Value, "optional")) == "true"}
	f.Name, _ = r.scalar(r.get(p.Value, "name"))
	f.Key, _ = r.scalar(r.get(p.Value, "key"))
	switch f.Kind {
	case "configMapKeyRef":
		f.Kind = "ConfigMap"
	case "secretKeyRef":
		f.Kind = "Secret"
	case "fieldRef":
		f.Kind = "field"
		f.Name, _ = r.scalar(r.get(p.Value, "fieldPath"))
	case "resourceFieldRef":
		f.Name, _ = r.scalar(r.get(p.Value, "resource"))
	}
	if f.Name.Pos == (deploy.Pos{}) {
		f.Name.Pos = r.pos(p.Key)
	}
	return f
}

func (r *reader) envFrom(c *Container, n *yaml.Node) {
	e := EnvFrom{Prefix: r.text(r.get(n, "prefix"))}
	ref := r.get(n, "configMapRef")
	e.Kind = "ConfigMap"
	if ref == nil {
		ref, e.Kind = r.get(n, "secretRef"), "Secret"
	}
	name, ok := r.scalar(r.get(ref, "name"))
	if !ok || !r.afford() {
		return
	}
	e.Name, e.Optional = name, r.text(r.get(ref, "optional")) == "true"
	c.EnvFrom = append(c.EnvFrom, e)
}

func (r *reader) volume(n *yaml.Node) Volume {
	v := Volume{Name: r.text(r.get(n, "name"))}
	add := func(kind string, source *yaml.Node, named string) {
		name, ok := r.scalar(r.get(source, named))
		if !ok || !r.afford() {
			return
		}
		s := VolumeSource{Kind: kind, Name: name, Optional: r.text(r.get(source, "optional")) == "true"}
		if list := r.get(source, "items"); list != nil {
			s.Items = map[string]string{}
			for _, item := range items(list) {
				s.Items[r.text(r.get(item, "key"))] = r.text(r.get(item, "path"))
			}
		}
		v.Sources = append(v.Sources, s)
	}
	add("ConfigMap", r.get(n, "configMap"), "name")
	add("Secret", r.get(n, "secret"), "secretName")
	for _, source := range items(r.get(n, "projected", "sources")) {
		add("ConfigMap", r.get(source, "configMap"), "name")
		add("Secret", r.get(source, "secret"), "name")
	}
	return v
}

// volume returns a volume by name, or nil.
func (w *Workload) volume(name string) *Volume {
	i := slices.IndexFunc(w.Volumes, func(v Volume) bool { return v.Name == name })
	if i < 0 {
		return nil
	}
	return &w.Volumes[i]
}

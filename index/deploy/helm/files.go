package helm

import (
	"encoding/base64"
	"path"
	"slices"
	"strings"
	"unsafe"

	"github.com/gobwas/glob"

	"topicls/index/deploy"
)

// A fileReader reads the files that templates ask for, through the workspace.
type fileReader struct {
	fs    deploy.FS
	texts map[string]string
	known map[*byte]*deploy.Text // by the address of what templates see
}

// read returns a file of the workspace, "" when there is none or it is large.
func (f *fileReader) read(file string) string {
	if s, ok := f.texts[file]; ok {
		return s
	}
	data, err := f.fs.ReadFile(file)
	if err != nil || len(data) > maxFile {
		data = nil
	}
	s := strings.TrimPrefix(clone(string(data)), string(byteOrderMark))
	f.texts[file] = s
	if s != "" {
		f.known[unsafe.StringData(s)] = deploy.NewText(file, []byte(s))
	}
	return s
}

// files is what templates see as .Files: those of a chart that are no templates,
// by their names. They are read when they are asked for.
type files map[string]*lazyFile

// A lazyFile prints as its bytes, like the files of Helm.
type lazyFile struct {
	path   string
	reader *fileReader
	tracer *tracer
}

// String implements fmt.Stringer: a file that is printed itself prints its text.
func (l *lazyFile) String() string { return l.reader.read(l.path) }

func newFiles(c *chartFiles, fs *fileReader, t *tracer) files {
	out := files{}
	for name, file := range c.extra {
		out[name] = &lazyFile{file, fs, t}
	}
	return out
}

func (f files) get(name string) string {
	if l := f[name]; l != nil {
		return l.reader.read(l.path)
	}
	return ""
}

// Get returns a file.
func (f files) Get(name string) string { return f.get(name) }

// GetBytes returns the bytes of a file.
func (f files) GetBytes(name string) []byte { return []byte(f.get(name)) }

// Glob returns the files whose names match a pattern.
func (f files) Glob(pattern string) files {
	g, err := glob.Compile(pattern, '/')
	if err != nil {
		g, _ = glob.Compile("**")
	}
	out := files{}
	for name, file := range f {
		if g.Match(name) {
			out[name] = file
		}
	}
	return out
}

func (f files) table(encode func(string) string) string {
	m := map[string]any{}
	var t *tracer
	for _, name := range sorted(f) {
		m[path.Base(name)] = encode(f.get(name))
		t = f[name].tracer
	}
	s := toYAML(m)
	if t != nil {
		t.noteText("toYaml", func() []any { return []any{m} }, s)
	}
	return s
}

// AsConfig returns the files as the data of a ConfigMap.
func (f files) AsConfig() string {
	if f == nil {
		return ""
	}
	return f.table(func(s string) string { return s })
}

// AsSecrets returns the files as the data of a Secret.
func (f files) AsSecrets() string {
	if f == nil {
		return ""
	}
	return f.table(func(s string) string { return base64.StdEncoding.EncodeToString([]byte(s)) })
}

// Lines returns the lines of a file.
func (f files) Lines(name string) []string {
	s := f.get(name)
	if s == "" {
		return []string{}
	}
	return strings.Split(strings.TrimSuffix(s, "\n"), "\n")
}

// isInside reports whether a name can be that of a file of a chart that is no
// template, values file or part of another chart.
func isInside(name string) bool {
	return name != "" && name == path.Clean(name) && !path.IsAbs(name) && name != ".." && !strings.HasPrefix(name, "../") &&
		!strings.ContainsAny(name, "\\\x00\n") && !strings.HasPrefix(name, "templates/") && !strings.HasPrefix(name, "charts/") &&
		name != "Chart.yaml" && name != "values.yaml"
}

func sorted[V any](m map[string]V) []string {
	out := make([]string, 0, len(m))
	for k := range m {
		out = append(out, k)
	}
	slices.Sort(out)
	return out
}

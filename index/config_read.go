package index

import (
	"path"
	"strconv"

	"topicls/index/confdoc"
	"topicls/index/deploy"
	"topicls/index/deploy/hocon"
	"topicls/index/deploy/keys"
	"topicls/index/deploy/properties"
)

// fileKey is a file read in one way.
type fileKey struct{ path, format, sep string }

// reading is the files as one store reads them (config.Files).
type reading struct {
	c       *configs
	looked  map[string]bool
	mounted map[fileKey]*keys.File
}

// Read implements config.Files.
func (r reading) Read(p, format, sep string) *keys.File {
	p = path.Clean(p)
	r.looked[p], r.c.sought[p] = true, true
	return r.c.read(fileKey{p, format, sep})
}

// Mounted implements config.Files.
func (r reading) Mounted(m *deploy.MountedFile, format, sep string) *keys.File {
	k := fileKey{m.Target, format, sep}
	if f, ok := r.mounted[k]; ok {
		return f
	}
	f := parseConfig(k, []byte(m.Text))
	r.mounted[k] = f
	return f
}

func (c *configs) read(k fileKey) *keys.File {
	if f, ok := c.files[k]; ok {
		return f
	}
	var f *keys.File
	if e, ok := c.set.Get(k.path); ok && (c.tests || !e.Test) {
		if data, err := c.set.ReadFile(k.path); err == nil {
			f = parseConfig(k, data)
		}
	}
	if f != nil && f.Broken && c.good[k] != nil { // half-typed: what it last said
		g := *c.good[k]
		g.Problems = f.Problems
		f = &g
	} else if f != nil && !f.Broken {
		c.good[k] = f
	}
	c.files[k] = f
	return f
}

// parseConfig reads a file's bytes by its extension, or as the format says.
func parseConfig(k fileKey, data []byte) *keys.File {
	ext := k.format
	if ext == "" {
		ext = path.Ext(k.path)
	}
	var f keys.File
	switch ext {
	case ".yml", ".yaml":
		f = keys.YAML(data, k.sep)
	case ".json":
		f = keys.JSON(data, k.sep)
	case ".dotenv":
		f = variablesOfFile(k.path, data)
	case ".dockerignore":
		f = linesOf(data)
	case ".properties", ".env":
		f = properties.Read(data)
	case ".conf":
		f = hocon.Read(data)
	case ".js", ".cjs", ".mjs", ".ts", ".cts", ".mts": // there, but not read
	case ".toml", ".ini":
		f = keysOfDocument(confdoc.Parse(k.path, data), k.sep)
	default:
		return nil
	}
	return &f
}

// keysOfDocument flattens a document of a format that has no reader of keys.
func keysOfDocument(d *confdoc.Doc, sep string) keys.File {
	var doc keys.Document
	var walk func(key string, n *confdoc.Node, depth int)
	walk = func(key string, n *confdoc.Node, depth int) {
		if n == nil || depth > 20 || len(doc.Entries) > 10_000 {
			return
		}
		switch n.Kind {
		case confdoc.Map:
			for _, e := range n.Entries {
				walk(keys.Join(key, sep, e.Key), e.Value, depth+1)
			}
		case confdoc.List:
			for i, it := range n.Items {
				walk(key+"["+strconv.Itoa(i)+"]", it, depth+1)
			}
		default:
			at := keys.Span{Start: n.Start, End: n.End}
			doc.Entries = append(doc.Entries, keys.Entry{Key: key, Value: n.Text, Null: n.Null, At: at, Name: keys.Span{Start: n.Start, End: n.Start}})
		}
	}
	if d != nil {
		walk("", d.Root, 0)
	}
	return keys.File{Documents: []keys.Document{doc}}
}

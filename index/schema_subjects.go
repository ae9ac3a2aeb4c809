package index

import (
	"bytes"
	"path"
	"regexp"
	"strings"

	"topicls/index/schema"
)

// Schemas are registered under subjects, which are called after topics (the
// registry's TopicNameStrategy): orders-value, orders-key. Build files, scripts
// and Terraform say which file is registered under which.

// subject is a place where a schema's file is registered.
type subject struct {
	topic      string
	key        bool
	file       string // as it is written, relative to the file, or to a folder above it
	start, end uint32 // the subject
}

var (
	// In one line: a subject, and a path to a schema.
	subjectName = regexp.MustCompile(`([A-Za-z0-9._-]+)-(value|key)\b`)
	schemaPath  = regexp.MustCompile(`[A-Za-z0-9._/${}-]+\.(?:avsc|proto|json)\b`)
	// In a resource of Terraform, a line for each.
	subjectLine = regexp.MustCompile(`(?m)^\s*(?:subject_name|subject)\s*=\s*"([^"$]+)-(value|key)"`)
	schemaLine  = regexp.MustCompile(`(?m)^\s*schema\s*=\s*file\(\s*"([^"]+)"\s*\)`)
)

// registrations finds where a file registers schemas.
func registrations(p string, data []byte) []subject {
	value, key := bytes.Contains(data, []byte("-value")), bytes.Contains(data, []byte("-key"))
	if !value && !key || len(data) > 1<<20 {
		return nil
	}
	if strings.HasSuffix(p, ".tf") {
		return inTerraform(data)
	}
	switch path.Ext(p) {
	case ".xml", ".gradle", ".kts", ".sh", ".bash", ".yaml", ".yml", "":
	default:
		return nil
	}
	var out []subject
	off := 0
	data = bytes.ReplaceAll(data, []byte("\\\n"), []byte("  ")) // commands over several lines
	for _, line := range bytes.SplitAfter(data, []byte("\n")) {
		names := subjectName.FindAllSubmatchIndex(line, 2)
		files := schemaPath.FindAll(line, 2)
		// An element of XML names its subject twice.
		if len(files) == 1 && (len(names) == 1 || len(names) == 2 && bytes.Equal(line[names[0][0]:names[0][1]], line[names[1][0]:names[1][1]])) &&
			!bytes.Contains(files[0], line[names[0][0]:names[0][1]]) {
			m := names[0]
			out = append(out, subject{
				topic: string(line[m[2]:m[3]]), key: string(line[m[4]:m[5]]) == "key", file: withoutVariables(string(files[0])),
				start: uint32(off + m[2]), end: uint32(off + m[3]),
			})
		}
		off += len(line)
	}
	return out
}

// withoutVariables is a path without the variables that it begins with:
// ${project.basedir}/src becomes src.
func withoutVariables(p string) string {
	if i := strings.LastIndexAny(p, "$}"); i >= 0 {
		p = p[i+1:]
	}
	return strings.TrimPrefix(p, "/")
}

func inTerraform(data []byte) []subject {
	var out []subject
	off := -1
	for _, block := range bytes.SplitAfter(append([]byte("\n"), data...), []byte("\nresource ")) {
		start := off
		off += len(block)
		name, file := subjectLine.FindSubmatchIndex(block), schemaLine.FindSubmatch(block)
		if name == nil || file == nil {
			continue
		}
		out = append(out, subject{
			topic: string(block[name[2]:name[3]]), key: string(block[name[4]:name[5]]) == "key", file: withoutVariables(string(file[1])),
			start: uint32(start + name[2]), end: uint32(start + name[3]),
		})
	}
	return out
}

// schemaFile finds the schema that a path in a file means: relative to the
// file's folder or one above it, or else the one file of the workspace with that
// end.
func (l *schemaIndex) schemaFile(from, ref string) string {
	ref = strings.TrimPrefix(path.Clean(strings.ReplaceAll(ref, `\`, "/")), "/")
	if ref == "." || ref == "" {
		return ""
	}
	for dir := path.Dir(from); ; dir = path.Dir(dir) {
		if p := schema.Join(dir+"/x", ref); p != "" && l.roots[p] != nil {
			return p
		}
		if dir == "." || dir == "/" {
			break
		}
	}
	for strings.HasPrefix(ref, "../") {
		ref = ref[3:]
	}
	var found []string
	for _, p := range l.byName[path.Base(ref)] {
		if strings.HasSuffix("/"+p, "/"+ref) {
			found = append(found, p)
		}
	}
	switch len(found) {
	case 0:
		return ""
	case 1:
		return found[0]
	}
	best, most, equal := "", -1, false
	for _, p := range found {
		switch n := inCommon(p, from); {
		case n > most:
			best, most, equal = p, n, false
		case n == most:
			equal = true
		}
	}
	if equal {
		return ""
	}
	return best
}

// subjectOf is the topic that a schema's file is called after, by the naming of
// subjects; whole says that the name is the topic's and nothing more.
func subjectOf(p string) (topic string, key, whole bool) {
	base := path.Base(p)
	for _, ext := range []string{".json", ".yaml", ".yml", ".avsc", ".avpr", ".proto", ".schema"} {
		base = strings.TrimSuffix(base, ext)
	}
	for _, sep := range []string{"-", "_", "."} {
		if t, ok := strings.CutSuffix(base, sep+"value"); ok {
			return t, false, false
		}
		if t, ok := strings.CutSuffix(base, sep+"key"); ok {
			return t, true, false
		}
	}
	return base, false, true
}

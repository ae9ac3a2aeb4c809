package index

import (
	"bytes"
	"errors"
	"fmt"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"topicls/index/check"
	"topicls/index/client"
	"topicls/index/flow"
	"topicls/index/source"
	"topicls/index/topology"
	"topicls/index/workspacefile"
)

// A workspace may bring client models: of a library of its own, or one that
// Topicls does not know.

// ownModels are the models that the workspace's own file has or names, as they
// were last read.
type ownModels struct {
	texts  []string // by which a change is noticed
	files  []string // that it names
	models []*client.Model
	flaws  []check.Flaw
}

// readModels reads the models of the workspace's own file.
func readModels(o *ownFile, read func(path string) ([]byte, error)) *ownModels {
	out := &ownModels{}
	for _, m := range o.Models {
		name, data, at := workspacefile.Name, m.Text, placeOf(m.Pos)
		lines := o.data // whose lines those of the model are
		if m.File.Text != "" {
			p, ok := folderOf(m.File.Text)
			var err error
			if ok {
				out.files = append(out.files, p)
				data, err = read(p)
			}
			if !ok || err != nil {
				out.flaws = append(out.flaws, check.Flaw{Place: at, Message: fmt.Sprintf("the client model %s can't be read: it is not in the workspace", m.File.Text), Unsure: true})
				out.texts = append(out.texts, "missing "+p)
				continue
			}
			name, lines, at = p, data, topology.Place{File: p, End: uint32(len(firstLine(data)))}
		}
		out.texts = append(out.texts, name+"\x00"+string(data))
		model, err := client.Parse(name, data)
		if err == nil {
			_, err = client.ForFamily(client.FamilyOf(model.Language), model)
		}
		if err != nil {
			out.flaws = append(out.flaws, modelFlaws(lines, at, err)...)
			continue
		}
		out.models = append(out.models, model)
	}
	return out
}

var (
	modelError   = regexp.MustCompile(`line (\d+): (.*)`)
	unknownField = regexp.MustCompile(`^field (\S+) not found in type client\.(\w+)$`)
)

// modelFlaws places what is wrong with a model in its file, by the lines that the
// errors of YAML name; otherwise at a place of it.
func modelFlaws(data []byte, at topology.Place, err error) []check.Flaw {
	var out []check.Flaw
	for _, m := range modelError.FindAllStringSubmatch(err.Error(), -1) {
		line, _ := strconv.Atoi(m[1])
		f := check.Flaw{Place: linePlace(data, line, at), Message: "client model: " + m[2]}
		if u := unknownField.FindStringSubmatch(m[2]); u != nil {
			f.Message = fmt.Sprintf("client model: there is no key %q in its %s", u[1], strings.ToLower(u[2]))
			if i := bytes.Index(data[f.Place.Start:f.Place.End], []byte(u[1])); i >= 0 {
				f.Place.Start += uint32(i)
				f.Place.End = f.Place.Start + uint32(len(u[1]))
			}
		}
		out = append(out, f)
	}
	if out == nil {
		for e := errors.Unwrap(err); e != nil; e = errors.Unwrap(e) {
			err = e
		}
		text := strings.TrimPrefix(err.Error(), "read client model "+at.File+": ")
		out = append(out, check.Flaw{Place: at, Message: "client model: " + text})
	}
	return out
}

func firstLine(data []byte) []byte {
	line, _, _ := bytes.Cut(data, []byte("\n"))
	return bytes.TrimRight(line, "\r")
}

// lineOf is a line of a text, counted from 1.
func lineOf(data []byte, n int) string {
	for ; n > 1; n-- {
		_, rest, ok := bytes.Cut(data, []byte("\n"))
		if !ok {
			return ""
		}
		data = rest
	}
	return string(firstLine(data))
}

func blanksBefore(line string) int { return len(line) - len(strings.TrimLeft(line, " -")) }

// linePlace is the place of the text of a line of the file that another place is
// in; that one where there is none.
func linePlace(data []byte, n int, otherwise topology.Place) topology.Place {
	line := lineOf(data, n)
	if strings.TrimSpace(line) == "" {
		return otherwise
	}
	start := 0
	for range n - 1 {
		start += bytes.IndexByte(data[start:], '\n') + 1
	}
	in := blanksBefore(line)
	return topology.Place{File: otherwise.File, Start: uint32(start + in), End: uint32(start + len(strings.TrimRight(line, " ")))}
}

// readOwnModels reads the models again after a change of files. It reports whether
// they are others.
func (w *Workspace) readOwnModels(diff []string) bool {
	if !slices.Contains(diff, workspacefile.Name) && !slices.ContainsFunc(diff, func(p string) bool { return slices.Contains(w.ownModels.files, p) }) {
		return false
	}
	was := w.ownModels
	w.ownModels = readModels(w.own, w.set.ReadFile)
	return !slices.Equal(was.texts, w.ownModels.texts)
}

// remodel follows all code again with other client models. It returns the files
// whose endpoints may differ.
func (w *Workspace) remodel() []string {
	w.code.more = w.ownModels.models
	w.cache, w.code.cache = nil, nil // what is kept was found with other models
	clear(w.code.models)
	clear(w.code.prefilters)
	paths := slices.Clone(w.code.sorted())
	for _, p := range paths {
		if err := w.code.loadFamily(w.code.files[p].family); err != nil {
			w.log.Error("load client models", "err", err) // they were linked before
			continue
		}
		w.code.put(p, w.code.read(p))
	}
	w.linkers.of = map[client.Family]*flow.Linker{}
	for _, p := range paths {
		if w.code.files[p].matters {
			w.linkers.want(p)
		}
		w.declaring.code(p, w.code.files[p])
	}
	w.linkers.runUntil(func() bool { return false })
	out := w.linkers.take()
	for p := range w.resolved {
		out = append(out, p)
	}
	for p := range w.reads {
		out = append(out, p)
	}
	return uniqueSorted(out)
}

// ownTexts reads a file as it was when the workspace was opened.
func ownTexts(root string) func(path string) ([]byte, error) {
	return func(path string) ([]byte, error) { return source.ReadFile(root, path) }
}

package index

import (
	"cmp"
	"encoding/binary"
	"errors"
	"maps"
	"slices"
	"strconv"
	"strings"

	"topicls/index/deploy"
	"topicls/index/source"
	"topicls/index/topology"
)

// The values of secrets are never written down. Where a text of a state that is
// kept has one in it, a mark stands instead, which says where in the workspace's
// files the value is to be found again: they are as they were when the state is
// read. A value that stands nowhere as it is keeps the state from being kept.

// secretAt is where the value of a secret stands.
type secretAt struct {
	path   string
	at, n  int
	length int // of the file
}

var errSecret = errors.New("the value of a secret is not found in the files")

// shortSecret is how long a value must be to be looked for inside of texts. A
// shorter one is part of half of all words; it is kept back where it stands alone.
const shortSecret = 4

// secretsOf lists the values that nobody may see, each with the file that may
// have it.
func secretsOf(known map[string]map[secretOwner]bool, st *deployState, texts []string) map[string]string {
	out := map[string]string{}
	add := func(value, file string) {
		if value != "" && out[value] == "" {
			out[value] = file
		}
	}
	for value, owners := range known {
		add(value, "")
		for o := range owners {
			add(value, o.file)
		}
	}
	variables := func(s *deploy.Service) {
		for i := range s.Vars {
			v := &s.Vars[i]
			if v.Status != deploy.VarSecret && !isSecret(secretNameOf(v)) {
				continue
			}
			add(v.Value, v.ValuePos.File)
			if !strings.Contains(v.Raw, "$") {
				add(v.Raw, v.ValuePos.File)
			}
		}
	}
	for _, s := range st.services {
		variables(s.Service)
	}
	for _, o := range st.others {
		variables(o.Service)
	}
	for _, text := range texts {
		if strings.Contains(text, "://") && strings.Contains(text, "@") {
			for _, m := range urlPassword.FindAllStringSubmatch(text, -1) {
				password := strings.TrimSuffix(strings.TrimPrefix(m[0], m[1]), "@")
				if password != topology.Masked && interpolated.FindString(password) != password {
					add(password, "")
				}
			}
		}
	}
	return out
}

// findSecrets looks for values in files: each in the one that may have it, then
// in the others.
func findSecrets(set *source.Set, values map[string]string) (map[string]secretAt, error) {
	found := map[string]secretAt{}
	look := func(p string, list []string) []string {
		data, err := set.ReadFile(p)
		if err != nil {
			return list
		}
		text := string(data)
		return slices.DeleteFunc(list, func(value string) bool {
			i := strings.Index(text, value)
			if i >= 0 {
				found[value] = secretAt{p, i, len(value), len(text)}
			}
			return i >= 0
		})
	}
	byFile := map[string][]string{}
	for value, p := range values {
		byFile[p] = append(byFile[p], value)
	}
	left := byFile[""]
	delete(byFile, "")
	for p, list := range byFile {
		left = append(left, look(p, list)...)
	}
	files, _ := set.Beside()
	for _, p := range slices.Sorted(maps.Keys(files)) {
		left = look(p, left)
	}
	for _, kind := range []bool{false, true} { // what deploys, then code
		for e := range set.All() {
			if len(left) == 0 {
				return found, nil
			}
			if (e.Kind == source.KindCode) == kind {
				left = look(e.Path, left)
			}
		}
	}
	if len(left) > 0 {
		return nil, errSecret
	}
	return found, nil
}

// mark begins and ends what stands for a secret in a text.
const mark = "\x00"

// redact puts marks in the place of secrets. It returns what the marks stand
// for, and which texts have some.
func redact(texts []string, secrets map[string]secretAt) (out []string, places []secretAt, marked []int) {
	values := make([]string, 0, len(secrets))
	for v := range secrets {
		values = append(values, v)
	}
	slices.SortFunc(values, func(a, b string) int { return cmp.Or(len(b)-len(a), strings.Compare(a, b)) })
	pairs := []string{mark, mark + mark} // what has the mark itself
	short := map[string]string{}
	for i, v := range values {
		places = append(places, secrets[v])
		with := mark + strconv.Itoa(i) + mark
		if len(v) < shortSecret {
			short[v] = with
			continue
		}
		pairs = append(pairs, v, with)
	}
	replacer := strings.NewReplacer(pairs...)
	out = make([]string, len(texts))
	for i, text := range texts {
		out[i] = replacer.Replace(text)
		if with, ok := short[text]; ok {
			out[i] = with
		}
		if out[i] != text {
			marked = append(marked, i)
		}
	}
	return out, places, marked
}

// reveal puts the values back that stand in files now where they stood then. It
// reports whether it could.
func reveal(read func(path string) ([]byte, error), texts []string, places []secretAt, marked []int) bool {
	values, files := make([]string, len(places)), map[string]string{}
	for i, p := range places {
		text, ok := files[p.path]
		if !ok {
			data, err := read(p.path)
			if err != nil {
				return false
			}
			text = string(data)
			files[p.path] = text
		}
		if len(text) != p.length || p.at+p.n > len(text) {
			return false
		}
		values[i] = strings.Clone(text[p.at : p.at+p.n])
	}
	for _, i := range marked {
		if i >= len(texts) {
			return false
		}
		var b strings.Builder
		rest := texts[i]
		for {
			before, after, some := strings.Cut(rest, mark)
			b.WriteString(before)
			if !some {
				break
			}
			number, behind, ok := strings.Cut(after, mark)
			if !ok {
				return false
			}
			if number == "" {
				b.WriteString(mark)
			} else if n, err := strconv.Atoi(number); err == nil && n >= 0 && n < len(values) {
				b.WriteString(values[n])
			} else {
				return false
			}
			rest = behind
		}
		texts[i] = b.String()
	}
	return true
}

func encodeSecrets(places []secretAt, marked []int) []byte {
	b := binary.AppendUvarint(nil, uint64(len(places)))
	for _, p := range places {
		b = appendText(b, p.path)
		for _, n := range []int{p.at, p.n, p.length} {
			b = binary.AppendUvarint(b, uint64(n))
		}
	}
	b = binary.AppendUvarint(b, uint64(len(marked)))
	for _, i := range marked {
		b = binary.AppendUvarint(b, uint64(i))
	}
	return b
}

func decodeSecrets(b []byte) (places []secretAt, marked []int, ok bool) {
	r := byteReader{b: b}
	small := func() int { return int(min(r.number(), source.MaxFile)) }
	for range r.count() {
		p := secretAt{path: string(r.text())}
		p.at, p.n, p.length = small(), small(), small()
		places = append(places, p)
	}
	for range r.count() {
		marked = append(marked, int(min(r.number(), 1<<40)))
	}
	return places, marked, !r.bad && len(r.b) == 0
}

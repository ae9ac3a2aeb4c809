package flow

import (
	"slices"
	"strings"

	"topicls/index/client"
	"topicls/index/facts"
)

// Programs take variables from files too: all of them at start
// (`load_dotenv()`, see findSetups), or in the read that finds a variable unset
// (`Config(".env")`, a class of settings with an `env_file`). Which files there
// are depends on the service, so a read only has their names.

// readFiles lists the files that a read looks into, one a line: those of all
// objects that may be read from.
func (ev *evaluator) readFiles(rd *client.Read, r ref, fr *frame) string {
	if len(rd.File) == 0 {
		return strings.Join(rd.Files, "\n")
	}
	files := slices.Clone(rd.Files)
	readers := ev.receiverOf(r, fr)
	if readers == nil && r.expr().Kind == facts.Call {
		readers = ev.eval(r.at(r.expr().X), fr)
	}
	for _, reader := range readers {
		for _, slot := range rd.File {
			for _, a := range ev.slot(slot, r, fr, reader.v) {
				if p := ev.filePath(a.v, 0); p != "" && !slices.Contains(files, p) {
					files = append(files, p)
				}
			}
		}
	}
	return strings.Join(files, "\n")
}

// withFiles has reads of variables look into files.
func withFiles(s set, files string) set {
	if files == "" {
		return s
	}
	for i, a := range s {
		if v, ok := a.v.(*stringValue); ok && v.loneEnv() != nil {
			p := *v.loneEnv()
			p.files, p.soft = files, true
			s[i].v = &stringValue{parts: []part{p}, ops: v.ops}
		}
	}
	return s
}

// settingsFiles lists the files that a class of settings is read from, those
// that count first in front.
func (ev *evaluator) settingsFiles(st *client.Settings, c *class) string {
	var files []string
	for _, v := range ev.settingsValues(st, c, st.File) {
		list := []set{{v}}
		if l, ok := v.v.(*listing); ok {
			list = ev.items(l)
		}
		for i := len(list) - 1; i >= 0; i-- { // what comes later counts
			for _, a := range list[i] {
				if p := ev.filePath(a.v, 0); p != "" {
					files = append(files, p)
				} else if _, none := a.v.(*constant); !none {
					files = append(files, "*") // computed
				}
			}
		}
	}
	return strings.Join(files, "\n")
}

package index

import (
	"path"
	"strings"

	"topicls/index/deploy/keys"
	"topicls/index/topology"
)

// launched renames a variable where the launch settings of .NET programs that
// nothing deploys set it, for the code of services.
func (r *renaming) launched(name, to string, services []string) {
	for _, id := range services {
		dir, ok := strings.CutPrefix(id, "code:")
		if !ok {
			continue
		}
		for _, program := range r.s.deployed.programs[dir] {
			file := path.Join(program, launchSettings)
			for _, d := range keys.JSON([]byte(r.text(file)), ":").Documents {
				for _, e := range d.Entries {
					rest, _ := strings.CutPrefix(e.Key, "profiles:")
					_, key, _ := strings.Cut(rest, ":")
					set, ok := strings.CutPrefix(key, "environmentVariables:")
					switch {
					case !ok:
					case set == to:
						r.refuse("%s is set in %s already", to, file)
					case set == name:
						for _, p := range r.spelled(topology.Place{File: file, Start: e.Name.Start, End: e.Name.End}, name, false) {
							r.edit(p, to, "the variable is set here")
						}
					}
				}
			}
		}
	}
}

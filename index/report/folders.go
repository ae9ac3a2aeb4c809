package report

import (
	"slices"
	"strings"
)

// maxCode is how many files and folders of a service's code are listed one by
// one; of more, their folders are.
const maxCode = 3

// folders lists the folders of code that is given file by file. A folder inside
// another one of them is left out.
func folders(list []string) []string {
	if len(list) < 2 {
		return list
	}
	var all []string
	for _, p := range list {
		if i := strings.LastIndexByte(p, '/'); i > 0 && strings.Contains(p[i:], ".") {
			p = p[:i]
		}
		if !slices.Contains(all, p) {
			all = append(all, p)
		}
	}
	return slices.DeleteFunc(slices.Clone(all), func(p string) bool {
		return slices.ContainsFunc(all, func(o string) bool { return strings.HasPrefix(p, o+"/") })
	})
}

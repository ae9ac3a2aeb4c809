package kustomize

//lint:file-ignore SA1019 kustomizations of today's workspaces still have the fields that the library calls deprecated

import (
	"slices"
	"strings"

	"sigs.k8s.io/kustomize/api/types"
)

// clean takes out of a kustomization what is not there, and writes old forms in
// new ones, about which the library would complain on standard error.
func (u *unit) clean(c *collection, dropped map[[2]string]bool) {
	k := &u.spec
	keep := func(section string) func(string) bool {
		return func(text string) bool {
			if dropped[[2]string{section, text}] {
				return true
			}
			if section == "generators" || section == "transformers" || section == "validators" {
				if strings.Contains(text, "\n") && reaches(text) {
					c.problem(u.refs.Doc.Text.Pos(0, 0), true, "%s that name another machine are not read", section)
					return true
				}
			}
			return false
		}
	}
	k.Resources = slices.DeleteFunc(k.Resources, keep("resources"))
	k.Bases = slices.DeleteFunc(k.Bases, keep("bases"))
	k.Components = slices.DeleteFunc(k.Components, keep("components"))
	k.Crds = slices.DeleteFunc(k.Crds, keep("crds"))
	k.Configurations = slices.DeleteFunc(k.Configurations, keep("configurations"))
	k.Generators = slices.DeleteFunc(k.Generators, keep("generators"))
	k.Transformers = slices.DeleteFunc(k.Transformers, keep("transformers"))
	k.Validators = slices.DeleteFunc(k.Validators, keep("validators"))
	if dropped[[2]string{"openapi", k.OpenAPI["path"]}] {
		k.OpenAPI = nil
	}
	k.Replacements = slices.DeleteFunc(k.Replacements, func(r types.ReplacementField) bool { return dropped[[2]string{"replacements", r.Path}] })
	k.HelmCharts, k.HelmChartInflationGenerator, k.HelmGlobals = nil, nil, nil
	var patches []types.Patch
	for _, p := range k.PatchesStrategicMerge {
		switch {
		case strings.Contains(string(p), "\n"):
			patches = append(patches, types.Patch{Patch: string(p)})
		case !dropped[[2]string{"patchesStrategicMerge", string(p)}]:
			patches = append(patches, types.Patch{Path: string(p)})
		}
	}
	for _, p := range k.Patches {
		if !dropped[[2]string{"patches", p.Path}] {
			patches = append(patches, p)
		}
	}
	for _, p := range k.PatchesJson6902 {
		if !dropped[[2]string{"patchesJson6902", p.Path}] {
			patches = append(patches, p)
		}
	}
	k.Patches, k.PatchesStrategicMerge, k.PatchesJson6902 = patches, nil, nil
	if len(k.CommonLabels) > 0 {
		k.Labels = append(k.Labels, types.Label{Pairs: k.CommonLabels, IncludeSelectors: true})
		k.CommonLabels = nil
	}
	for i := range k.ConfigMapGenerator {
		g := &k.ConfigMapGenerator[i].GeneratorArgs
		u.generator(c, "configMapGenerator", g, dropped)
	}
	for i := range k.SecretGenerator {
		g := &k.SecretGenerator[i].GeneratorArgs
		u.generator(c, "secretGenerator", g, dropped)
	}
	k.FixKustomization()
}

// withoutReplacements takes out what copies texts from object to object. It
// reports whether there was any.
func withoutReplacements(k *types.Kustomization) bool {
	had := len(k.Replacements) > 0 || len(k.Vars) > 0
	k.Replacements, k.Vars = nil, nil
	return had
}

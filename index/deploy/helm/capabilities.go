package helm

import "slices"

// The versions that templates see: those of the Helm whose functions these are,
// and of the Kubernetes that it takes for granted without a cluster.
const (
	helmVersion = "v3.19.0"
	kubeMajor   = "1"
	kubeMinor   = "34"
)

type capabilitySet struct {
	KubeVersion kubeVersion
	APIVersions versionSet
	HelmVersion buildInfo
}

type kubeVersion struct{ Version, Major, Minor string }

// String implements fmt.Stringer.
func (v *kubeVersion) String() string { return v.Version }

// GitVersion is the version by an older name.
func (v *kubeVersion) GitVersion() string { return v.Version }

type buildInfo struct{ Version, GitCommit, GitTreeState, GoVersion string }

type versionSet []string

// Has reports whether the cluster knows a version of an interface.
func (v versionSet) Has(version string) bool { return slices.Contains(v, version) }

func capabilities() *capabilitySet {
	return &capabilitySet{
		KubeVersion: kubeVersion{Version: "v" + kubeMajor + "." + kubeMinor + ".0", Major: kubeMajor, Minor: kubeMinor},
		APIVersions: apiVersions,
		HelmVersion: buildInfo{Version: helmVersion},
	}
}

var apiVersions = versionSet{
	"v1",
	"admissionregistration.k8s.io/v1", "admissionregistration.k8s.io/v1alpha1", "admissionregistration.k8s.io/v1beta1",
	"internal.apiserver.k8s.io/v1alpha1",
	"apps/v1", "apps/v1beta1", "apps/v1beta2",
	"authentication.k8s.io/v1", "authentication.k8s.io/v1alpha1", "authentication.k8s.io/v1beta1",
	"authorization.k8s.io/v1", "authorization.k8s.io/v1beta1",
	"autoscaling/v1", "autoscaling/v2", "autoscaling/v2beta1", "autoscaling/v2beta2",
	"batch/v1", "batch/v1beta1",
	"certificates.k8s.io/v1", "certificates.k8s.io/v1beta1", "certificates.k8s.io/v1alpha1",
	"coordination.k8s.io/v1alpha2", "coordination.k8s.io/v1beta1", "coordination.k8s.io/v1",
	"discovery.k8s.io/v1", "discovery.k8s.io/v1beta1",
	"events.k8s.io/v1", "events.k8s.io/v1beta1",
	"extensions/v1beta1",
	"flowcontrol.apiserver.k8s.io/v1", "flowcontrol.apiserver.k8s.io/v1beta1", "flowcontrol.apiserver.k8s.io/v1beta2", "flowcontrol.apiserver.k8s.io/v1beta3",
	"networking.k8s.io/v1", "networking.k8s.io/v1beta1",
	"node.k8s.io/v1", "node.k8s.io/v1alpha1", "node.k8s.io/v1beta1",
	"policy/v1", "policy/v1beta1",
	"rbac.authorization.k8s.io/v1", "rbac.authorization.k8s.io/v1beta1", "rbac.authorization.k8s.io/v1alpha1",
	"resource.k8s.io/v1", "resource.k8s.io/v1beta2", "resource.k8s.io/v1beta1", "resource.k8s.io/v1alpha3",
	"scheduling.k8s.io/v1alpha1", "scheduling.k8s.io/v1beta1", "scheduling.k8s.io/v1",
	"storage.k8s.io/v1beta1", "storage.k8s.io/v1", "storage.k8s.io/v1alpha1",
	"storagemigration.k8s.io/v1alpha1",
	"apiextensions.k8s.io/v1beta1", "apiextensions.k8s.io/v1",
}

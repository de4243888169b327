package account

import (
	"time"

	"github.com/zhitu/zhitu/internal/access"
)

// ProviderIdentity is a person as an identity provider knows them. What it says has been
// verified.
type ProviderIdentity struct {
	Issuer, Subject string // which together are the person, whatever else changes
	Name            string
	Employee        string         // code of the employee, empty where none is claimed
	Grants          []access.Grant // the roles that are claimed; nil where roles are no business of the provider
}

// ServiceIdentity is a program as an identity provider knows it, by an access token that has
// been verified.
type ServiceIdentity struct {
	Issuer, Subject string
	Scopes          access.Scopes
	Expires         time.Time
}

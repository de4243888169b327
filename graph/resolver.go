// Package graph is the GraphQL API: the schema, the transports, resolvers of one line
// that call the service, and the limits in front of them.
package graph

import (
	"github.com/zhitu/zhitu/internal/importing"
	"github.com/zhitu/zhitu/internal/service"
)

//go:generate go tool gqlgen generate
//go:generate go run ./gen

// Resolver holds what the resolvers call: the service, and the layers that it joins.
type Resolver struct {
	*service.Service
	imports *importing.Imports
	version string // of the program
}

// Package graph is the GraphQL API: the schema, resolvers that hand every
// question to the service, and the defences in front of them.
package graph

import "github.com/zhitu/zhitu/internal/service"

//go:generate go tool gqlgen generate
//go:generate go run ./gen

// Resolver holds what the resolvers ask: the service, and the layers that it offers.
type Resolver struct {
	*service.Service
	version string // of the program
}

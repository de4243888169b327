package graph

import (
	"context"

	"github.com/99designs/gqlgen/graphql"
	"github.com/99designs/gqlgen/graphql/handler/lru"
	"github.com/vektah/gqlparser/v2/ast"
)

const (
	maxCachedDocuments   = 1_000
	maxCachedDocumentLen = 8 << 10 // bytes
)

// documentCache is an LRU cache of parsed documents that have passed validation. It
// omits large ones: a thousand of those would take a gigabyte.
type documentCache struct {
	graphql.Cache[*ast.QueryDocument]
}

func newDocumentCache() documentCache {
	return documentCache{lru.New[*ast.QueryDocument](maxCachedDocuments)}
}

func (c documentCache) Add(ctx context.Context, query string, doc *ast.QueryDocument) {
	if len(query) <= maxCachedDocumentLen {
		c.Cache.Add(ctx, query, doc)
	}
}

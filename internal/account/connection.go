package account

import "github.com/zhitu/zhitu/internal/page"

// The pages of lists.
type (
	// Connection is a page of accounts.
	Connection = page.Page[Account]
	// Edge is an account in a page.
	Edge = page.Edge[Account]
)

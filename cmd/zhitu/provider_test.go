package main

import (
	"testing"

	"github.com/stretchr/testify/require"
)

func TestInvalidProviderSettings(t *testing.T) {
	t.Parallel()
	const issuer, client = "--oidc-issuer=https://id.example.com", "--oidc-client-id=zhitu-web"
	for says, args := range map[string][]string{
		"--oidc-issuer: \"http://id.example.com\" is not an address such as":      {"--oidc-issuer=http://id.example.com", client},
		"--oidc-issuer: the client is missing: set oidc-client-id too":            {issuer},
		"--oidc-client-id: the address of the identity provider is missing":       {client},
		"--oidc-audience: this is the client":                                     {issuer, client, "--oidc-audience=zhitu-web"},
		"--oidc-role-map: there is no role \"BOSS\"":                              {issuer, client, "--oidc-role-map=x=BOSS", "--oidc-roles-claim=roles"},
		"--oidc-role-map: say in oidc-roles-claim":                                {issuer, client, "--oidc-role-map=x=HR"},
		"--oidc-roles-claim: say in oidc-role-map":                                {issuer, client, "--oidc-roles-claim=roles"},
		"--oidc-issuer: the provider sends browsers back to the address":          {issuer, client, "--listen=0.0.0.0:0"},
		"--oidc-client-secret":                                                    {"--oidc-client-secret=x"},
		"--oidc-create-accounts: the address of the identity provider is missing": {"--oidc-create-accounts"},
	} {
		r := newShell(t).runInProcess(append([]string{"serve", "--store", "memory:", "--lang", "en"}, args...)...)
		require.Equal(t, exitUsage, r.code, says)
		require.Contains(t, r.err, says)
	}
}

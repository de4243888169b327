package account

import (
	"crypto/sha256"
	"encoding/hex"
)

// keyOf is what at most one account may have. A document for each value finds the account,
// and makes two that claim it at once conflict.
type keyOf string

// The keys of an account.
const (
	loginKey    keyOf = "login"
	serviceKey  keyOf = "service"  // the name of a service account
	employeeKey keyOf = "employee" // of an account that is not disabled
	identityKey keyOf = "identity" // issuer and subject at a provider
)

func keyID(kind keyOf, value string) string {
	sum := sha256.Sum256([]byte(string(kind) + " " + value))
	return hex.EncodeToString(sum[:20])
}

// accountOfKey returns the id of the account that has a key, empty for none.
func (u *unitOfWork) accountOfKey(kind keyOf, value string) (string, error) {
	k, err := loadDocument[keyBody](u, keyKind, keyID(kind, value))
	if err != nil || k == nil {
		return "", err
	}
	return k.Account, nil
}

// claimKey gives a key to an account; false where another has it.
func (u *unitOfWork) claimKey(kind keyOf, value, account string) (bool, error) {
	k, err := loadDocument[keyBody](u, keyKind, keyID(kind, value))
	switch {
	case err != nil:
		return false, err
	case k == nil:
		u.addDocument(keyKind, keyID(kind, value), u.now, &keyBody{account})
	case k.Account != "" && k.Account != account:
		return false, nil
	default:
		k.Account = account
	}
	return true, nil
}

// releaseKey takes a key from an account that has it.
func (u *unitOfWork) releaseKey(kind keyOf, value, account string) error {
	k, err := loadDocument[keyBody](u, keyKind, keyID(kind, value))
	if k != nil && k.Account == account {
		k.Account = ""
	}
	return err
}

import { tokenParts } from '@/shared/access/TokenTable.tsx'
import { graphql, type ResultOf } from '@/shared/api/graphql.ts'

export const ownAccountDocument = graphql(
  `query OwnAccount {
    me { hasPassword }
    sessions { id createdAt lastUseAt expiresAt address browser current }
    tokens { ...TokenParts }
  }`,
  [tokenParts],
)
export type Session = NonNullable<ResultOf<typeof ownAccountDocument>['sessions']>[number]

export const endSessionDocument = graphql(`mutation EndSession($id: ID!) { signOutSession(input: { id: $id }) { done userErrors { field message code } } }`)
export const everywhereDocument = graphql(`mutation SignOutEverywhere { signOutEverywhere { done userErrors { field message code } } }`)
export const passwordDocument = graphql(`mutation ChangePassword($current: String!, $password: String!) {
  changePassword(input: { current: $current, password: $password }) { done userErrors { field message code } }
}`)
export const createTokenDocument = graphql(`mutation CreateOwnToken($input: TokenInput!) {
  createToken(input: $input) { text userErrors { field message code } }
}`)

import { pendingParts } from '@/shared/access/Pending.tsx'
import { tokenParts } from '@/shared/access/TokenTable.tsx'
import { graphql, type ResultOf } from '@/shared/api/graphql.ts'

export const accountParts = graphql(`fragment AccountParts on Account {
  id name login subject employeeCode grants { role orgUnit } service disabled invited createdAt lastSignInAt
}`)
export type Account = ResultOf<typeof accountParts>

export const accountsDocument = graphql(
  `query Accounts($after: String, $text: String, $role: Role, $disabled: Boolean, $service: Boolean) {
    accounts(first: 50, after: $after, filter: { text: $text, role: $role, disabled: $disabled, service: $service }) {
      totalCount pageInfo { hasNextPage endCursor } nodes { ...AccountParts }
    }
  }`,
  [accountParts],
)

export const accountDocument = graphql(
  `query AccountDetails($id: ID!) { account(id: $id) { ...AccountParts } tokens(account: $id) { ...TokenParts } pendingApprovals { ...PendingParts } }`,
  [accountParts, tokenParts, pendingParts],
)

// What an edit of an account answers, but for the link that is told once.
const editedParts = graphql(`fragment EditedParts on AccountPayload { account { id } pending { id } userErrors { field message code } }`)

export const inviteDocument = graphql(
  `mutation InviteAccount($input: InviteAccountInput!) { inviteAccount(input: $input) { invitationPath ...EditedParts } }`,
  [editedParts],
)
export const reinviteDocument = graphql(
  `mutation ReinviteAccount($account: ID!) { reinviteAccount(input: { account: $account }) { invitationPath ...EditedParts } }`,
  [editedParts],
)
export const grantDocument = graphql(`mutation GrantRole($input: RoleInput!) { grantRole(input: $input) { ...EditedParts } }`, [editedParts])
export const revokeDocument = graphql(`mutation RevokeRole($input: RoleInput!) { revokeRole(input: $input) { ...EditedParts } }`, [editedParts])
export const disableDocument = graphql(`mutation DisableAccount($account: ID!) { disableAccount(input: { account: $account }) { ...EditedParts } }`, [
  editedParts,
])
export const enableDocument = graphql(`mutation EnableAccount($account: ID!) { enableAccount(input: { account: $account }) { ...EditedParts } }`, [editedParts])
export const linkDocument = graphql(`mutation LinkAccount($input: LinkAccountInput!) { linkAccount(input: $input) { ...EditedParts } }`, [editedParts])
export const joinDocument = graphql(`mutation JoinIdentity($input: JoinIdentityInput!) { joinIdentity(input: $input) { ...EditedParts } }`, [editedParts])
export const createServiceDocument = graphql(
  `mutation CreateServiceAccount($name: String!) { createServiceAccount(input: { name: $name }) { ...EditedParts } }`,
  [editedParts],
)
export const createTokenDocument = graphql(`mutation CreateServiceToken($input: TokenInput!) {
  createToken(input: $input) { text pending { id } userErrors { field message code } }
}`)
export const healthDocument = graphql(`query Health { version setAside(first: 1) { totalCount } }`)

import { initGraphQLTada } from 'gql.tada'
import type { introspection } from './schema.d.ts'

// graphql reads a document of the API; its types follow from the schema.
export const graphql = initGraphQLTada<{
  introspection: introspection
  disableMasking: true
  scalars: { ID: string; Time: string; Upload: File }
}>()

export type { FragmentOf, ResultOf, VariablesOf } from 'gql.tada'

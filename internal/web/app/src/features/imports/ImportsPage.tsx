import { useAllPages } from '@/shared/api/pages.ts'
import { Answer } from '@/shared/ui/Answer.tsx'
import { Page } from '@/shared/ui/Page.tsx'
import { importsDocument } from './documents.ts'
import { EarlierImports } from './EarlierImports.tsx'
import { Template } from './Template.tsx'
import { useImportTexts } from './texts.ts'
import { Upload } from './Upload.tsx'
import './imports.css'

// ImportsPage is where files are dropped, where the template is, and what one has imported.
export default function ImportsPage() {
  const t = useImportTexts()
  const imports = useAllPages(importsDocument, {}, (answer) => answer.importJobs)
  return (
    <Page title={t.title} lead={t.lead}>
      <Answer query={imports} rows={12}>
        {({ first }) => (
          <>
            <div className="columns">
              {first?.importLimits && <Upload limits={first.importLimits} />}
              <Template />
            </div>
            <EarlierImports pages={imports} />
          </>
        )}
      </Answer>
    </Page>
  )
}

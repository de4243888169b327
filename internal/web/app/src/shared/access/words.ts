import { defineMessages } from '@/shared/format/messages.ts'

// Words for roles, scopes and classes. The codes are those of docs/access.md.
const useWords = defineMessages(
  {
    MANAGER: 'Manager',
    TRAINER: 'Trainer',
    EXPERT: 'Expert',
    HR: 'HR',
    AUDITOR: 'Auditor',
    ADMIN: 'Administrator',
    firm: 'the whole firm',
    MANAGER_may: 'Sees what people of the department master, and rates them.',
    TRAINER_may: 'Sees what people of the department master, records results, and edits resources.',
    EXPERT_may: 'Edits the knowledge graph and the positions. Sees no person by it.',
    HR_may: 'Keeps the records of people, corrects results, and says the second yes for the whole firm.',
    AUDITOR_may: 'Reads who did what. May have no other role.',
    ADMIN_may: 'Manages accounts and tokens. Sees nothing of what people master.',
    employee_may: 'See and keep your own learning, and read the knowledge graph.',
    reports_may: 'See what your reports master, at any depth, and rate them.',
    CATALOG_READ: 'Read the catalog and the departments',
    CATALOG_WRITE: 'Edit the catalog',
    PEOPLE_READ: 'List people',
    PEOPLE_WRITE: 'Edit people and departments',
    LEARNER_READ: 'Read what people have mastered, their gaps and paths',
    EVIDENCE_WRITE: 'Record evidence',
    INSIGHT_READ: 'Read figures about many people',
    AUDIT_READ: 'Read the audit',
    METRICS_READ: 'Read the metrics of the server',
  },
  {
    MANAGER: '主管',
    TRAINER: '带教',
    EXPERT: '业务专家',
    HR: '人力资源',
    AUDITOR: '审计员',
    ADMIN: '系统管理员',
    firm: '全公司',
    MANAGER_may: '查看本部门人员的掌握情况，并对其评价。',
    TRAINER_may: '查看本部门人员的掌握情况，录入考试与练习结果，维护学习资源。',
    EXPERT_may: '维护知识图谱和岗位要求，不因此看到任何人员信息。',
    HR_may: '维护人员档案，更正结果；全公司的人力资源还负责二次批准。',
    AUDITOR_may: '查看谁做了什么。不能兼任其他角色。',
    ADMIN_may: '管理账号和令牌，看不到任何人的掌握情况。',
    employee_may: '查看并维护自己的学习情况，浏览知识图谱。',
    reports_may: '查看各级下属的掌握情况，并对其评价。',
    CATALOG_READ: '读取知识目录和部门',
    CATALOG_WRITE: '维护知识目录',
    PEOPLE_READ: '查询人员名单',
    PEOPLE_WRITE: '维护人员和部门',
    LEARNER_READ: '读取人员的掌握情况、差距和路径',
    EVIDENCE_WRITE: '记录证据',
    INSIGHT_READ: '读取群体统计',
    AUDIT_READ: '读取审计记录',
    METRICS_READ: '读取服务器指标',
  },
)

export const roles = ['HR', 'MANAGER', 'TRAINER', 'EXPERT', 'AUDITOR', 'ADMIN'] as const
export type Role = (typeof roles)[number]

// rolesOfUnits are those that may be for a department. The others are for the whole firm.
export const rolesOfUnits: readonly Role[] = ['HR', 'MANAGER', 'TRAINER']

export const scopes = [
  'CATALOG_READ',
  'LEARNER_READ',
  'EVIDENCE_WRITE',
  'INSIGHT_READ',
  'PEOPLE_READ',
  'PEOPLE_WRITE',
  'CATALOG_WRITE',
  'AUDIT_READ',
  'METRICS_READ',
] as const
export type Scope = (typeof scopes)[number]

// scopesOfOwners are the classes of which an owner needs one, so that a personal token may
// use the scope at all. The server decides.
export const scopesOfOwners: Record<Scope, readonly string[]> = {
  CATALOG_READ: ['CATALOG'],
  LEARNER_READ: ['LEARNER'],
  EVIDENCE_WRITE: ['RECORD'],
  INSIGHT_READ: ['AGGREGATE'],
  PEOPLE_READ: ['PEOPLE_LIST'],
  PEOPLE_WRITE: ['EDIT_PEOPLE'],
  CATALOG_WRITE: ['EDIT_CATALOG', 'EDIT_RESOURCE', 'EDIT_POSITION'],
  AUDIT_READ: ['AUDIT'],
  METRICS_READ: ['METRICS'],
}

// scopeCode is how settings and commands write a scope.
export function scopeCode(scope: string): string {
  return scope.toLowerCase().replace('_', ':')
}

export function useAccessWords() {
  const t = useWords()
  return {
    firm: t.firm,
    employeeMay: t.employee_may,
    reportsMay: t.reports_may,
    role: (role: Role) => t[role],
    roleMay: (role: Role) => t[`${role}_may`],
    scope: (scope: Scope) => t[scope],
  }
}

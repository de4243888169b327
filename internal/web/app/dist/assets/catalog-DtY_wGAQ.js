import{S as e,_ as t,x as n}from"./hooks-CDSxDb-i.js";var r=t(`query CatalogTree {
  competencyTree { depth competency { code name nameEn pointCount } }
  knowledgePoints(first: 1) { totalCount }
}`),i=t(`query CatalogPoints($after: String, $text: String, $competency: String, $kind: KnowledgePointKind, $tag: String) {
  knowledgePoints(first: 50, after: $after, filter: { text: $text, competency: $competency, kind: $kind, tag: $tag }) {
    totalCount pageInfo { hasNextPage endCursor }
    nodes { code name nameEn kind minutes depth competency { code name nameEn } prerequisites(inherited: true) { strength } requiredBy { position { code } } }
  }
}`),a=t(`query Point($code: String!) {
  knowledgePoint(code: $code) {
    code name nameEn kind nature minutes difficulty tags description depth
    competency { code name nameEn parent { code name nameEn parent { code name nameEn parent { code name nameEn parent { code name nameEn } } } } }
    prerequisites(inherited: true) {
      strength clause level reason
      prerequisite { __typename code name nameEn ... on Competency { pointCount } }
      dependent { __typename code name nameEn ... on Competency { pointCount } }
    }
    dependents {
      strength clause level reason
      prerequisite { __typename code name nameEn ... on Competency { pointCount } }
      dependent { __typename code name nameEn ... on Competency { pointCount } }
    }
    related { code name nameEn }
    resources { code title url modality minutes language }
    requiredBy { level weight critical position { code name nameEn } target { __typename code name nameEn } }
  }
  levels { label labelEn level }
}`),o=t(`query PointHolders($code: String!, $level: Float!, $unit: String, $inUnit: Boolean!) {
  orgUnits(first: 200) { nodes { code name } }
  knowledgePoint(code: $code) {
    everyone: holders(level: $level) @skip(if: $inUnit) { level count class people(first: 20) { totalCount nodes { code name } } }
    among: holders(level: $level, group: { orgUnit: $unit }) @include(if: $inUnit) { level count class people(first: 20) { totalCount nodes { code name } } }
  }
}`),s=t(`query Competency($code: String!) {
  competency(code: $code) {
    code name nameEn description pointCount
    parent { code name nameEn parent { code name nameEn parent { code name nameEn parent { code name nameEn } } } }
    children { code name nameEn pointCount }
    knowledgePoints { code name nameEn kind minutes depth competency { code name nameEn } prerequisites(inherited: true) { strength } requiredBy { position { code } } }
    prerequisites {
      strength clause level reason
      prerequisite { __typename code name nameEn ... on Competency { pointCount } }
      dependent { __typename code name nameEn ... on Competency { pointCount } }
    }
    dependents {
      strength clause level reason
      prerequisite { __typename code name nameEn ... on Competency { pointCount } }
      dependent { __typename code name nameEn ... on Competency { pointCount } }
    }
    requiredBy { level weight critical position { code name nameEn } target { __typename code name nameEn } }
  }
  levels { label labelEn level }
}`),c=t(`query Resource($code: String!) {
  resource(code: $code) {
    code title url modality minutes language
    teaches { code name nameEn kind minutes depth competency { code name nameEn } prerequisites(inherited: true) { strength } requiredBy { position { code } } }
  }
}`),l=n({title:`Knowledge graph`,counts:(t,n)=>`${e(t,`knowledge point`)} in ${e(n,`competency`,`competencies`)}`,lead:`What can be learned, and what comes before what.`,competencies:`Competencies`,all:`All points`,search:`Find points: name, tag, pinyin, initials`,anyKind:`Know or do`,kind:`Kind`,tag:e=>`Tag: ${e}`,removeTag:`Show points of every tag`,pointsOf:`Points`,found:t=>e(t,`point`),foundText:(t,n)=>`${e(t,`point`)} with “${n}”`,none:`No point matches.`,noneHere:`This competency has no points yet.`,clear:`Clear the filters`,empty:`There is no catalog yet`,emptyHow:`Put tables of points, prerequisites, positions and resources into a folder on the machine of the server. {check} names every problem in them by file, row and column; {import} then brings them here.`,emptyTree:`No competencies yet`,knowledge:`To know`,skill:`To do`,procedural:`follows a procedure`,creative:`must be invented each time`,depth:`Depth`,depthLong:e=>`depth ${e}`,depthNote:`Depth: how many points stand on the longest chain of firm prerequisites beneath a point.`,prerequisites:`Builds on`,usedBy:`Required by`,time:e=>`${e} to learn`,timeUnknown:`time to learn unknown (30 minutes count)`,difficulty:e=>`difficulty ${e}`,tags:`Tags`,before:`What comes before it`,after:`What it comes before`,firm:`Firm: it waits for these`,advised:`Advised: these first where both are learned`,firmAfter:`Firm: these wait for it`,advisedAfter:`Advised: this first where both are learned`,oneOf:e=>`One of these is enough (${e})`,alternative:e=>`one of several (${e})`,from:e=>`from ${e}`,allOf:t=>`all ${e(t,`point`)}`,atLevel:e=>`at ${e}`,nothingBefore:`Nothing has to come before it.`,nothingAfter:`It comes before nothing.`,positions:`Positions that require it`,noPositions:`No position requires it.`,position:`Position`,through:`Through`,throughItself:`itself`,weight:`Weight`,resources:`What teaches it`,noResources:`No resource teaches it yet.`,form:`Form`,language:`Language`,address:`Address`,open:`Open`,openLong:e=>`Open ${e} in a new tab`,related:`Related points`,holders:`Who holds it`,holdersAt:e=>`Held: what has not faded below ${e}.`,holdersLevel:`Level`,holdersUnit:`Among`,holderCount:t=>e(t,`person`,`people`),holderNONE:`Nobody`,holderSINGLE:`One alone`,holderTHIN:`Thin`,holderENOUGH:`Enough`,withheld:`Withheld: where you may not read everyone in the group, this is told only at levels that a position there requires, and only where enough people are in it.`,countWithheld:`The number is withheld, because it would tell of single people.`,namesWithheld:`You may not read everyone in the group, so no names are shown.`,holdersDenied:`You may not ask about this group.`,moreHolders:t=>`and ${e(t,`more person`,`more people`)}`,map:`Two steps around it`,parent:`Above`,children:`Competencies in it`,points:`Points in it`,pointCount:t=>e(t,`point`),noPoints:`No point is right in it.`,teaches:`What it teaches`,noTeaches:`It teaches no point yet.`,resourceTitle:`Resource`,noUrl:`No address is known. Ask whoever keeps the catalog.`,noForm:`form unknown`},{title:`知识图谱`,counts:(e,t)=>`${e.toLocaleString(`zh-CN`)} 个知识点，${t.toLocaleString(`zh-CN`)} 个能力项`,lead:`查看可以学什么，以及先学什么、后学什么。`,competencies:`能力项`,all:`全部知识点`,search:`搜索知识点：名称、标签、拼音、首字母`,anyKind:`知识与技能`,kind:`类型`,tag:e=>`标签：${e}`,removeTag:`显示所有标签的知识点`,pointsOf:`知识点`,found:e=>`${e.toLocaleString(`zh-CN`)} 个知识点`,foundText:(e,t)=>`${e.toLocaleString(`zh-CN`)} 个知识点包含“${t}”`,none:`没有符合条件的知识点。`,noneHere:`这个能力项下还没有知识点。`,clear:`清除筛选条件`,empty:`还没有知识目录`,emptyHow:`请把知识点、先导关系、岗位、学习资源等表格放入服务器上的文件夹。{check} 会按文件、行、列列出全部问题，{import} 会将其导入。`,emptyTree:`还没有能力项`,knowledge:`知识型`,skill:`技能型`,procedural:`规程化`,creative:`创造性`,depth:`深度`,depthLong:e=>`深度 ${e}`,depthNote:`深度：知识点之下最长一条硬先导链上的知识点数。`,prerequisites:`先导数`,usedBy:`岗位数`,time:e=>`学习约需 ${e}`,timeUnknown:`学习用时未知（按 30 分钟计）`,difficulty:e=>`难度 ${e}`,tags:`标签`,before:`先导：先学什么`,after:`后续：学会后可学什么`,firm:`硬先导：必须先学会`,advised:`软先导：两者都要学时建议先学`,firmAfter:`硬先导：学会它才能学`,advisedAfter:`软先导：两者都要学时建议先学它`,oneOf:e=>`其一即可（${e}）`,alternative:e=>`可选其一（${e}）`,from:e=>`来自${e}`,allOf:e=>`全部 ${e} 个知识点`,atLevel:e=>`达到 ${e}`,nothingBefore:`没有先导，可以直接学习。`,nothingAfter:`没有后续知识点。`,positions:`要求它的岗位`,noPositions:`没有岗位要求它。`,position:`岗位`,through:`要求来自`,throughItself:`知识点本身`,weight:`权重`,resources:`学习资源`,noResources:`还没有教授它的学习资源。`,form:`形式`,language:`语言`,address:`地址`,open:`打开`,openLong:e=>`在新标签页中打开${e}`,related:`关联知识点`,holders:`谁已掌握`,holdersAt:e=>`掌握：当前水平不低于 ${e}。`,holdersLevel:`水平`,holdersUnit:`范围`,holderCount:e=>`${e} 人`,holderNONE:`无人`,holderSINGLE:`单点`,holderTHIN:`薄弱`,holderENOUGH:`充足`,withheld:`不予显示：您无权查看该范围内的每一个人时，仅在其岗位要求的水平上、且人数足够时显示。`,countWithheld:`人数不予显示，以免暴露个人情况。`,namesWithheld:`您无权查看该范围内的每一个人，因此不显示姓名。`,holdersDenied:`您无权查询该范围。`,moreHolders:e=>`另有 ${e} 人`,map:`前后两步的先导关系图`,parent:`上级`,children:`下级能力项`,points:`包含的知识点`,pointCount:e=>`${e} 个知识点`,noPoints:`没有直接归入它的知识点。`,teaches:`教授的知识点`,noTeaches:`它还没有教授任何知识点。`,resourceTitle:`学习资源`,noUrl:`没有登记地址，请联系知识目录的维护人。`,noForm:`形式未知`}),u={check:`zhitu check my-catalog/`,import:`zhitu import my-catalog/`};export{a,r as c,o as i,l as n,i as o,s as r,c as s,u as t};
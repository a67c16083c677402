/// `inkling plan`: what a model costs, as a table, as data, as algebra and as a picture.
///
/// Read [PlanCommand] first. [ModelOptions] turns options into configurations; [PlanText], [PlanFormulas],
/// [PlanComparison], [PlanJson], [PlanCsv] and [PlanPicture] are the six ways to show a plan. The figures come from
/// `inkling.core.accounting`; nothing is computed here but shares and layout.
@NullMarked
package inkling.app.plan;

import org.jspecify.annotations.NullMarked;

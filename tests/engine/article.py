"""An article with two sentences that do not belong to it."""

ARTICLE = (
    "Photosynthesis is the process by which plants make sugar from light. It takes place in the leaves of plants. "
    "Plants take in carbon dioxide and water for photosynthesis. My aunt likes tea with a little milk. "
    "Light gives plants the energy for photosynthesis. The shop round the corner was closed on Monday."
)

"""How the objects of new cubes are found and judged; it travels with the model.

The recipe of the mask is the one of the labelled cubes: a model is right about objects that were found
in the same way.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, replace
from typing import Any

from s3fn_core.checked import checked
from s3fn_core.cubes.treating.mask import Recipe
from s3fn_core.errors import ModelError
from s3fn_core.labels.classes import ClassSet
from s3fn_core.languages import tr
from s3fn_core.model.votes import VoteRule


@checked(ModelError)
@dataclass(frozen=True)
class Handling:
    """What is done with new cubes before and after a model looks at their objects.

    Attributes
    ----------
    recipe : Recipe or None
        Of the mask; None where the labelled cubes had none.
    rule : VoteRule
        What an object is.
    """

    recipe: Recipe | None = None
    rule: VoteRule = field(default_factory=VoteRule)

    def to_json(self) -> dict[str, Any]:
        """Plain values for the model's file."""
        recipe = None if self.recipe is None else json.loads(self.recipe.to_json())
        return {"recipe": recipe, "rule": asdict(self.rule)}

    @classmethod
    def from_json(cls, record: Mapping[str, Any], classes: ClassSet) -> Handling:
        """Read what :meth:`to_json` wrote, for a model of `classes`; nothing of an earlier version's file.

        Raises
        ------
        CubeError, ModelError, TypeError, ValueError
            When it is something else, or its defect is none of the classes.
        """
        recipe = record.get("recipe")
        rule = VoteRule(**record.get("rule", {}))
        if rule.defect and rule.defect not in classes:
            raise ValueError(tr("the defect of its rule for objects is not one of its classes"))
        return cls(None if recipe is None else Recipe.from_json(json.dumps(recipe)), rule)

    def renumbered(self, ids: Mapping[int, int]) -> Handling:
        """The same where classes have other ids."""
        return replace(self, rule=replace(self.rule, defect=ids.get(self.rule.defect, 0)))

    def of_classes(self, classes: ClassSet) -> Handling:
        """For a model that was trained on from this one's: the rule stays where its defect is a class."""
        return self if not self.rule.defect or self.rule.defect in classes else replace(self, rule=VoteRule())

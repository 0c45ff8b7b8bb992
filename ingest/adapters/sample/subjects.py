"""What the sample courses teach: subject → units → (module, objective). Pure."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class ModulePlan:
    title: str
    objective: str
    difficulty: float
    """On the scale of learner ability (mean 0, spread about 1): higher is harder."""


@dataclass(frozen=True, slots=True)
class UnitPlan:
    title: str
    objective: str
    modules: tuple[ModulePlan, ...]


@dataclass(frozen=True, slots=True)
class Subject:
    key: str
    title: str
    units: tuple[UnitPlan, ...]


def _unit(title: str, objective: str, *modules: tuple[str, str, float]) -> UnitPlan:
    return UnitPlan(title, objective, tuple(ModulePlan(*module) for module in modules))


STATISTICS = Subject(
    "statistics",
    "Introductory Statistics",
    (
        _unit(
            "Describing data",
            "Summarise a data set",
            ("Centre and spread", "Choose between mean and median", -0.9),
            ("Shapes of distributions", "Read a histogram", -0.6),
            ("Two variables", "Describe an association", 0.1),
        ),
        _unit(
            "Probability",
            "Reason about chance",
            ("Rules of chance", "Apply the addition rule", -0.2),
            ("Conditional probability", "Use Bayes' rule", 3.0),
            ("Random variables", "Find an expected value", 0.4),
        ),
        _unit(
            "Sampling",
            "Judge how data were produced",
            ("Samples and surveys", "Recognise a biased sample", -0.4),
            ("Sampling distributions", "Predict the spread of a mean", 2.8),
            ("The central limit theorem", "State when a mean is nearly normal", 0.7),
        ),
        _unit(
            "Inference",
            "Draw conclusions with stated confidence",
            ("Confidence intervals", "Interpret an interval", 0.9),
            ("Tests of significance", "Interpret a p-value", 3.2),
            ("Comparing two groups", "Choose a test for two groups", 0.8),
        ),
        _unit(
            "Regression",
            "Model one variable by another",
            ("The least-squares line", "Interpret a slope", 0.2),
            ("Residuals", "Check a fit by its residuals", 0.9),
            ("Inference for slopes", "Test a slope", 1.2),
        ),
    ),
)

BIOLOGY = Subject(
    "biology",
    "Principles of Biology",
    (
        _unit(
            "Molecules of life",
            "Relate structure to function in molecules",
            ("Water and carbon", "Explain polarity", -0.7),
            ("Proteins", "Relate folding to function", 0.3),
            ("Enzymes", "Predict the effect of an inhibitor", 0.8),
        ),
        _unit(
            "The cell",
            "Explain how a cell works",
            ("Membranes", "Predict osmosis", 0.2),
            ("Respiration", "Trace energy through respiration", 2.9),
            ("Photosynthesis", "Trace energy through photosynthesis", 1.4),
        ),
        _unit(
            "Genetics",
            "Predict inheritance",
            ("Mendel's laws", "Work a Punnett square", -0.5),
            ("DNA and replication", "Order the steps of replication", 0.4),
            ("Gene expression", "Transcribe and translate a gene", 0.9),
        ),
        _unit(
            "Evolution",
            "Explain change in populations",
            ("Natural selection", "Identify selection in data", -0.3),
            ("Population genetics", "Use the Hardy–Weinberg principle", 3.1),
            ("Phylogeny", "Read a phylogenetic tree", 0.5),
        ),
        _unit(
            "Ecology",
            "Explain interactions in ecosystems",
            ("Populations", "Model population growth", 0.6),
            ("Communities", "Classify interactions", -0.4),
            ("Energy flow", "Compute trophic efficiency", 0.7),
        ),
    ),
)

CALCULUS = Subject(
    "calculus",
    "Calculus I",
    (
        _unit(
            "Limits",
            "Reason with limits",
            ("Limits from graphs", "Estimate a limit", -0.8),
            ("Limit laws", "Compute a limit", 0.0),
            ("Continuity", "Decide continuity", 0.3),
        ),
        _unit(
            "Derivatives",
            "Differentiate functions",
            ("The derivative as a rate", "Interpret a derivative", -0.2),
            ("Product and quotient rules", "Apply the quotient rule", 0.4),
            ("The chain rule", "Apply the chain rule", 2.9),
        ),
        _unit(
            "Applications",
            "Use derivatives in models",
            ("Related rates", "Set up related rates", 3.2),
            ("Optimisation", "Set up an optimisation problem", 1.3),
            ("Curve sketching", "Sketch from derivatives", 0.5),
        ),
        _unit(
            "Integrals",
            "Integrate functions",
            ("Antiderivatives", "Find an antiderivative", 0.1),
            ("The definite integral", "Interpret a definite integral", 0.6),
            ("The fundamental theorem", "Use the fundamental theorem", 1.1),
        ),
        _unit(
            "Techniques",
            "Choose a technique of integration",
            ("Substitution", "Substitute in an integral", 0.9),
            ("Areas between curves", "Set up an area", 0.7),
            ("Volumes", "Set up a volume", 1.4),
        ),
    ),
)

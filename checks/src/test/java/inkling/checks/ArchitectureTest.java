package inkling.checks;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noFields;
import static com.tngtech.archunit.library.Architectures.layeredArchitecture;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.domain.JavaModifier;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/// Arrows point down only, and the few dangerous tools stay in the few places that need them (see ARCHITECTURE.md).
class ArchitectureTest {
    private static final JavaClasses PROJECT = new ClassFileImporter().importPaths(compiledModules());

    private static List<Path> compiledModules() {
        return List.of("tokenizer", "core", "app").stream()
                .map(module -> Sources.root().resolve(module).resolve("target/classes"))
                .filter(Files::isDirectory)
                .toList();
    }

    @BeforeAll
    static void classes_were_compiled_before_this_test() {
        assertThat(PROJECT)
                .as("run mvn verify, which compiles the modules first")
                .isNotEmpty();
    }

    @Test
    void modules_depend_downwards_only() {
        layeredArchitecture()
                .consideringOnlyDependenciesInAnyPackage("inkling..")
                .withOptionalLayers(true)
                .layer("app")
                .definedBy("inkling.app..")
                .layer("core")
                .definedBy("inkling.core..")
                .layer("tokenizer")
                .definedBy("inkling.tokenizer..")
                .whereLayer("app")
                .mayNotBeAccessedByAnyLayer()
                .whereLayer("core")
                .mayOnlyBeAccessedByLayers("app")
                .whereLayer("tokenizer")
                .mayOnlyBeAccessedByLayers("app", "core")
                .check(PROJECT);
    }

    @Test
    void the_numeric_core_has_four_storeys() {
        noClasses()
                .that()
                .resideInAPackage("inkling.core.tensor..")
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage(
                        "inkling.core.device..", "inkling.core.ops..", "inkling.core.nn..", "inkling.core.train..")
                .check(PROJECT);
        noClasses()
                .that()
                .resideInAPackage("inkling.core.device..")
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage("inkling.core.ops..", "inkling.core.nn..", "inkling.core.train..")
                .check(PROJECT);
        noClasses()
                .that()
                .resideInAPackage("inkling.core.ops..")
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage("inkling.core.nn..", "inkling.core.train..", "inkling.core.generate..")
                .check(PROJECT);
        noClasses()
                .that()
                .resideInAPackage("inkling.core.nn..")
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage(
                        "inkling.core.train..",
                        "inkling.core.generate..",
                        "inkling.core.accounting..",
                        "inkling.core.optim..")
                .check(PROJECT);
    }

    @Test
    void packages_form_no_cycles() {
        slices().matching("inkling.core.(*)..").should().beFreeOfCycles().check(PROJECT);
        slices().matching("inkling.tokenizer.(*)..").should().beFreeOfCycles().check(PROJECT);
    }

    @Test
    void only_the_command_line_chooses_a_device() {
        noClasses()
                .that()
                .resideOutsideOfPackages("inkling.core.device..", "inkling.core.accounting..", "inkling.app..")
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage("inkling.core.device.cpu..", "inkling.core.device.reference..")
                .check(PROJECT);
    }

    @Test
    void the_vector_api_stays_in_its_packages() {
        noClasses()
                .that()
                .resideOutsideOfPackages("inkling.core.device.cpu..", "inkling.tokenizer.split..")
                .should()
                .dependOnClassesThat()
                .resideInAPackage("jdk.incubator.vector..")
                .check(PROJECT);
    }

    @Test
    void only_the_command_line_prints_and_exits() {
        noClasses()
                .that()
                .resideOutsideOfPackage("inkling.app..")
                .should()
                .accessField(System.class, "out")
                .orShould()
                .accessField(System.class, "err")
                .orShould()
                .callMethod(System.class, "exit", int.class)
                .orShould()
                .callMethod(Throwable.class, "printStackTrace")
                .check(PROJECT);
    }

    @Test
    void no_hidden_randomness_and_no_reflection_in_the_libraries() {
        noClasses()
                .that()
                .resideInAnyPackage("inkling.core..", "inkling.tokenizer..")
                .should()
                .callMethod(Math.class, "random")
                .orShould()
                .dependOnClassesThat()
                .resideInAPackage("java.lang.reflect..")
                .orShould()
                .dependOnClassesThat()
                .haveFullyQualifiedName("java.util.concurrent.ThreadLocalRandom")
                .check(PROJECT);
    }

    @Test
    void there_is_no_mutable_static_state() {
        noFields()
                .that()
                .areDeclaredInClassesThat(ownClasses())
                .and()
                .areStatic()
                .should()
                .notBeFinal()
                .check(PROJECT);
    }

    @Test
    void classes_are_final_sealed_or_records() {
        classes()
                .that(ownClasses())
                .and()
                .areNotInterfaces()
                .and()
                .areNotEnums()
                .and()
                .doNotHaveModifier(JavaModifier.ABSTRACT)
                .should()
                .haveModifier(JavaModifier.FINAL)
                .check(PROJECT);
    }

    private static DescribedPredicate<JavaClass> ownClasses() {
        return DescribedPredicate.describe(
                "written by hand",
                type -> !type.getSimpleName().equals("package-info")
                        && !type.getSimpleName().equals("module-info")
                        && !type.isAnonymousClass()
                        && !type.isLocalClass());
    }
}
